import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Hono } from 'hono'
import { afterEach, expect, it } from 'vitest'
import { serviceUnderTest } from '../testing/service-under-test.ts'
import { settled, testClock } from '../testing/test-clock.ts'
import { BODY_BYTES_MAX } from './contract/events.ts'
import { type ListeningServer, type ListenOptions, listen } from './listen.ts'
import type { ServiceEnvironment } from './service-app.ts'

const opened: { server: ListeningServer; clock: ReturnType<typeof testClock> }[] = []
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const { server, clock } of opened.splice(0)) {
    const closed = server.close(0)
    await clock.advance(0)
    await closed
  }
})

async function listening(app: Hono<ServiceEnvironment>, options: Partial<ListenOptions> = {}) {
  const clock = testClock()
  const server = await listen(app, { host: '127.0.0.1', port: 0, clock, ...options })
  opened.push({ server, clock })
  return { server, clock }
}

function connection(port: number): Socket {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  sockets.push(socket)
  return socket
}

/** All that comes until the other end closes. */
async function untilClosed(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString()
  })
  // `once` would take a reset for a failure.
  await new Promise((resolve) => socket.on('close', resolve))
  return text
}

const QUICK = { headersTimeoutMs: 40, checkIntervalMs: 10 }

it('does not wait for ever for the head of a request', async () => {
  const { server } = await listening(new Hono<ServiceEnvironment>(), QUICK)
  const silent = connection(server.port)
  const slow = connection(server.port)
  slow.write('GET / HTTP/1.1\r\nHost: x\r\n')
  const answers = await Promise.all([untilClosed(silent), untilClosed(slow)])
  expect(answers[1]).toMatch(/^HTTP\/1\.1 408 /)
})

it('does not wait for ever for a body', async () => {
  const service = await serviceUnderTest()
  const { server, clock } = await listening(service.app, { bodyTimeoutMs: 1_000 })
  const slow = connection(server.port)
  slow.write(
    `POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${service.publishableKey}\r\nContent-Length: 100\r\n\r\n[{`,
  )
  while (clock.nextAt() === undefined) await settled()
  let cut: string | undefined
  void untilClosed(slow).then((text) => {
    cut = text
  })
  await clock.advance(900)
  // A byte now and then buys no time.
  slow.write(' ')
  await settled()
  expect(cut).toBeUndefined()
  await clock.advance(100)
  while (cut === undefined) await settled()
  expect(cut).toMatch(/^HTTP\/1\.1 408 /)
  // Others are answered as ever.
  const answer = await fetch(`${server.url}/v1/events`, {
    method: 'POST',
    body: '[]',
    headers: { authorization: `Bearer ${service.publishableKey}` },
  })
  expect(answer.status).toBe(200)
})

it('does not answer twice who was answered before the body was there', async () => {
  const app = new Hono<ServiceEnvironment>().post('/', (context) => context.text('enough', 413))
  const { server, clock } = await listening(app, { bodyTimeoutMs: 1_000 })
  const slow = connection(server.port)
  slow.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n[')
  let answer: string | undefined
  void untilClosed(slow).then((text) => {
    answer = text
  })
  await once(slow, 'data')
  while (answer === undefined) await clock.advance(1_000)
  expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  expect(answer).not.toContain('408')
})

it('gives a long body its time again for each part that comes', async () => {
  const received: string[] = []
  const app = new Hono<ServiceEnvironment>().post('/long', async (context) => {
    for await (const part of context.req.raw.body as ReadableStream<Uint8Array>) {
      received.push(Buffer.from(part).toString())
    }
    return context.text('done')
  })
  const { server, clock } = await listening(app, {
    bodyTimeoutMs: 1_000,
    isLongBody: (url) => url === '/long',
  })
  const head = 'POST /long HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\n'
  const steady = connection(server.port)
  steady.write(head)
  while (clock.nextAt() === undefined) await settled()
  const answer = untilClosed(steady)
  for (const part of ['a', 'b', 'c', 'd']) {
    await clock.advance(900)
    const before = received.length
    steady.write(part)
    while (received.length === before) await settled()
  }
  expect(await answer).toMatch(/^HTTP\/1\.1 200 .*done$/s)

  const stuck = connection(server.port)
  stuck.write(`${head}a`)
  while (received.length < 5) await settled()
  let cut: string | undefined
  void untilClosed(stuck).then((text) => {
    cut = text
  })
  await clock.advance(1_900)
  expect(cut).toBeUndefined()
  await clock.advance(1_000)
  while (cut === undefined) await settled()
  expect(cut).toMatch(/^HTTP\/1\.1 408 /)
})

it('refuses a body without an announced length as soon as it is too long', async () => {
  const service = await serviceUnderTest()
  const { server } = await listening(service.app)
  const socket = connection(server.port)
  socket.write(
    `POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${service.publishableKey}\r\nTransfer-Encoding: chunked\r\n\r\n`,
  )
  const piece = `10000\r\n${' '.repeat(65_536)}\r\n`
  let sent = 0
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk.toString()
  })
  // Never ends by itself.
  while (answer === '' && sent < 64 * BODY_BYTES_MAX && !socket.destroyed) {
    sent += 65_536
    if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), once(socket, 'data')])
    await settled()
  }
  expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  expect(answer).toContain('body-too-large')
})

it('takes no more connections than allowed', async () => {
  const { server } = await listening(new Hono<ServiceEnvironment>(), { connectionsMax: 1 })
  const first = connection(server.port)
  await once(first, 'connect')
  const second = connection(server.port)
  expect(await untilClosed(second)).toBe('')
  expect(first.destroyed).toBe(false)
})

it('answers what is under way before it closes, then ends what is idle', async () => {
  let release = () => {}
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  let reached = () => {}
  const underWay = new Promise<void>((resolve) => {
    reached = resolve
  })
  const app = new Hono<ServiceEnvironment>().get('/', async (context) => {
    reached()
    await gate
    return context.text('done')
  })
  const { server, clock } = await listening(app)
  const busy = connection(server.port)
  const idle = connection(server.port)
  await once(idle, 'connect')
  busy.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  const answer = untilClosed(busy)
  await underWay
  const idleEnded = untilClosed(idle)
  let isClosed = false
  const closed = server.close(10_000).then(() => {
    isClosed = true
  })
  await clock.advance(5_000)
  expect(isClosed).toBe(false)
  await idleEnded
  release()
  await once(busy, 'data')
  while (!isClosed) await clock.advance(100)
  await closed
  expect(await answer).toContain('done')
})

it('cuts what is still there when the grace is over', async () => {
  let reached = () => {}
  const underWay = new Promise<void>((resolve) => {
    reached = resolve
  })
  const app = new Hono<ServiceEnvironment>().get('/', () => {
    reached()
    return new Promise<Response>(() => {})
  })
  const { server, clock } = await listening(app)
  const stuck = connection(server.port)
  stuck.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await underWay
  const ended = untilClosed(stuck)
  const closed = server.close(1_000)
  await clock.advance(1_000)
  await Promise.all([closed, ended])
})

it('says which address it cannot have', async () => {
  const { server } = await listening(new Hono<ServiceEnvironment>())
  const again = listen(new Hono<ServiceEnvironment>(), {
    host: '127.0.0.1',
    port: server.port,
    clock: testClock(),
  })
  await expect(again).rejects.toMatchObject({ code: 'address-unavailable' })
  await expect(again).rejects.toThrow(`127.0.0.1 port ${server.port}: another program listens there`)
})
