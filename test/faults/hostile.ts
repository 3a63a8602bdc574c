import { connect, type Socket } from 'node:net'

/** A connection that a hostile client holds. */
export interface HeldConnection {
  readonly socket: Socket
  /** What came back so far. */
  received(): string
  isClosed(): boolean
}

/** Connects and sends what is given, as it is. */
export function hold(url: string, bytes: string): Promise<HeldConnection> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    let received = ''
    let isClosed = false
    const socket = connect(Number(port), hostname)
    socket.on('data', (data) => {
      received += data
    })
    socket.on('close', () => {
      isClosed = true
    })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      socket.on('error', () => undefined)
      if (bytes !== '') socket.write(bytes)
      resolve({ socket, received: () => received, isClosed: () => isClosed })
    })
  })
}

/** Holds so many connections at once that say nothing. Fewer when this process may open no more files. */
export async function holdMany(url: string, count: number): Promise<HeldConnection[]> {
  const held: HeldConnection[] = []
  const AT_ONCE = 200
  while (held.length < count) {
    const more = Array.from({ length: Math.min(AT_ONCE, count - held.length) }, () => hold(url, ''))
    const opened = await Promise.allSettled(more)
    for (const one of opened) if (one.status === 'fulfilled') held.push(one.value)
    if (opened.some(({ status }) => status === 'rejected')) break
  }
  return held
}
