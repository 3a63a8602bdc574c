import { ForageClientError } from './errors.ts'
import { within } from './within.ts'

/** Nothing waits longer than this for a service that asks for patience. */
const RETRY_AFTER_MS_MAX = 600_000
/** Browsers give all beacons and keep-alive requests under way 64 KiB together. */
export const KEEPALIVE_CHARACTERS_MAX = 60_000

export interface Caller {
  readonly key: string
  readonly fetch: typeof fetch
}

/** Whether a 2xx answer's JSON is what was asked for; undefined when it was no JSON. */
export type AnswerCheck<Answer> = (json: Partial<Answer> | null | undefined) => boolean

/**
 * One request with a time limit.
 *
 * @param body posted, as plain text, like a beacon's: the service reads JSON in it
 * @throws ForageClientError for everything but the answer. One without the service's code, such as a proxy's page, is
 *   `bad-answer` and may be tried again, because the service itself has not spoken.
 */
export async function callJson<Answer>(
  { fetch, key }: Caller,
  url: string,
  timeoutMs: number,
  isAnswer: AnswerCheck<Answer>,
  body?: string,
): Promise<Answer> {
  const stop = new AbortController()
  try {
    const responding = fetch(url, {
      ...(body && { method: 'POST', body, keepalive: body.length < KEEPALIVE_CHARACTERS_MAX }),
      headers: { authorization: `Bearer ${key}` },
      credentials: 'omit',
      signal: stop.signal,
    })
    return await within(timeoutMs, answerOf(responding, isAnswer))
  } catch (cause) {
    stop.abort()
    if (cause instanceof ForageClientError) throw cause
    throw new ForageClientError(cause ? 'unreachable' : 'timeout', url, { cause, isRetryable: true })
  }
}

async function answerOf<Answer>(
  responding: Promise<Response>,
  isAnswer: AnswerCheck<Answer>,
): Promise<Answer> {
  const response = await responding
  const { ok, status } = response
  const json = await response.json().catch(() => {})
  if (ok && isAnswer(json)) return json
  const problem = !ok && typeof json?.code === 'string' ? json : undefined
  throw new ForageClientError(problem?.code ?? 'bad-answer', `${problem?.detail ?? status}`, {
    isRetryable: !problem || status >= 500 || status === 429,
    status,
    retryAfterMs: retryAfterMs(response.headers.get('retry-after') ?? ''),
  })
}

/** @param value seconds or a date */
function retryAfterMs(value: string): number {
  const ms = Number(value) * 1000 || Date.parse(value) - Date.now()
  return ms > 0 ? Math.min(ms, RETRY_AFTER_MS_MAX) : 0
}
