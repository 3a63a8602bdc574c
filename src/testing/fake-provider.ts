import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the fake provider does with one request. */
export type FakeReply =
  | {
      readonly kind: 'answer'
      readonly content: string
      readonly inputTokens?: number
      readonly outputTokens?: number
    }
  | {
      readonly kind: 'status'
      readonly status: number
      readonly message?: string
      readonly headers?: Record<string, string>
    }
  /** Any bytes with status 200. */
  | { readonly kind: 'body'; readonly body: string }
  /** Says nothing until the client gives up. */
  | { readonly kind: 'hang' }
  /** Cuts the connection: before the reply, or in its middle. */
  | { readonly kind: 'reset'; readonly when: 'before' | 'middle' }

/** One request as the fake provider saw it. */
export interface FakeRequest {
  readonly authorization: string | undefined
  readonly body: Record<string, unknown>
}

export interface FakeProvider {
  /** Address for an `openai-compatible` configuration. */
  readonly baseUrl: string
  /** Requests in the order they came. */
  readonly requests: readonly FakeRequest[]
  close(): Promise<void>
}

/**
 * A server on a free port of this machine that speaks OpenAI's chat API, for tests with faults.
 *
 * @param reply what to do with request `index` (0-based)
 */
export async function startFakeProvider(
  reply: (request: FakeRequest, index: number) => FakeReply,
): Promise<FakeProvider> {
  const requests: FakeRequest[] = []
  const server = createServer(async (incoming, response) => {
    const request = {
      authorization: incoming.headers.authorization,
      body: JSON.parse(await bodyOf(incoming)) as Record<string, unknown>,
    }
    requests.push(request)
    answer(response, reply(request, requests.length - 1), String(request.body.model))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function answer(response: ServerResponse, reply: FakeReply, model: string): void {
  switch (reply.kind) {
    case 'answer':
      response.setHeader('content-type', 'application/json')
      response.end(
        JSON.stringify({
          id: 'fake',
          object: 'chat.completion',
          created: 0,
          model: `${model}-2025-01-01`,
          choices: [
            { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: reply.content } },
          ],
          usage: {
            prompt_tokens: reply.inputTokens ?? 10,
            completion_tokens: reply.outputTokens ?? 5,
            total_tokens: (reply.inputTokens ?? 10) + (reply.outputTokens ?? 5),
          },
        }),
      )
      return
    case 'status':
      response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
      response.end(JSON.stringify({ error: { message: reply.message ?? 'no', type: 'fake', code: null } }))
      return
    case 'body':
      response.setHeader('content-type', 'application/json')
      response.end(reply.body)
      return
    case 'hang':
      return
    case 'reset':
      if (reply.when === 'middle') {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
        response.write('{"choices": [', () => response.destroy())
      } else {
        response.destroy()
      }
  }
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
