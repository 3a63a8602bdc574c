import { Agent, createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The client's address, which the proxy believes and does not pass on: all clients of a test are this machine. */
export const CLIENT = 'x-test-client'

export interface TestProxy {
  readonly url: string
  /** Connections that were opened to the service so far. */
  connections(): number
  close(): Promise<void>
}

/**
 * A small proxy that does as nginx does: it keeps connections to the service open, appends the address it was called
 * from to `X-Forwarded-For`, and holds an answer back until it is whole unless told not to by `X-Accel-Buffering`.
 */
export async function startProxy(target: string): Promise<TestProxy> {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 })
  const seen = new Set<unknown>()
  const server = createServer((incoming, outgoing) => {
    const { [CLIENT]: client = '', 'x-forwarded-for': before, ...headers } = incoming.headers
    const passed = request(`${target}${incoming.url}`, {
      agent,
      method: incoming.method,
      headers: { ...headers, 'x-forwarded-for': [before ?? [], client].flat().join(', ') },
    })
    passed.on('socket', (socket) => seen.add(socket))
    passed.on('error', () => outgoing.destroy())
    passed.on('response', (answer: IncomingMessage) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      if (answer.headers['x-accel-buffering'] === 'no') {
        answer.pipe(outgoing)
        return
      }
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => outgoing.end(Buffer.concat(chunks)))
    })
    outgoing.on('close', () => passed.destroy())
    incoming.pipe(passed)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => seen.size,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
        agent.destroy()
      }),
  }
}
