import {
  type ServiceUnderTest,
  type ServiceUnderTestOptions,
  serviceUnderTest,
} from './service-under-test.ts'

/** A JSON answer. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  readonly body: any
}

/** A service under test, and somebody who manages it with a secret key. */
export interface Managing extends ServiceUnderTest {
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
}

export async function managing(options: ServiceUnderTestOptions = {}): Promise<Managing> {
  const service = await serviceUnderTest(options)
  return {
    ...service,
    async ask(method, path, body, headers = {}) {
      const answer = await service.app.request(path, {
        method,
        headers: {
          authorization: `Bearer ${service.secretKey}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await answer.text()
      const isJson = /[/+]json/.test(answer.headers.get('content-type') ?? '')
      return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text }
    },
  }
}
