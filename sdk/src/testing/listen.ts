import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ListeningService {
  readonly url: string
  close(): Promise<void>
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'authorization, content-type',
  'access-control-expose-headers': 'retry-after',
}

/**
 * A service's function on a port of this machine, open to pages of all origins.
 *
 * @param files answers by path that are not the service's
 */
export async function listen(
  answer: typeof fetch,
  files: Readonly<
    Record<string, { type: string; body: () => string | Uint8Array; headers?: Record<string, string> }>
  > = {},
): Promise<ListeningService> {
  const server = createServer((request, response) => void serve(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const file = files[new URL(request.url ?? '/', url).pathname]
    if (file !== undefined) {
      response.writeHead(200, { 'content-type': file.type, ...file.headers }).end(file.body())
      return
    }
    if (request.method === 'OPTIONS') {
      response.writeHead(204, CORS).end()
      return
    }
    const chunks: Uint8Array[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { authorization } = request.headers
    try {
      const answered = await answer(`${url}${request.url}`, {
        method: request.method ?? 'GET',
        headers: authorization === undefined ? {} : { authorization },
        ...(chunks.length > 0 && { body: Buffer.concat(chunks).toString() }),
      })
      response.writeHead(answered.status, { ...Object.fromEntries(answered.headers), ...CORS })
      response.end(await answered.text())
    } catch {
      response.destroy()
    }
  }

  return {
    url,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
