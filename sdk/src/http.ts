import { ForageClientError } from './errors.ts'

/** Nothing waits longer than this for a service that asks for patience. */
const RETRY_AFTER_MS_MAX = 600_000

/**
 * One request with a time limit.
 *
 * @returns the JSON object or array of a 2xx answer
 * @throws ForageClientError for everything else. An answer without the service's code, such as a proxy's page, is
 *   `bad-answer` and may be tried again, because the service itself has not spoken.
 */
export async function callJson(
  fetchFunction: typeof fetch,
  url: string,
  init: RequestInit,
  timeoutMs: number,
): Promise<object> {
  const stop = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new ForageClientError('timeout', `no answer in ${timeoutMs} ms`, { isRetryable: true }))
      stop.abort()
    }, timeoutMs)
  })
  try {
    const answer = answerOf(fetchFunction, url, { ...init, credentials: 'omit', signal: stop.signal })
    return await Promise.race([answer, tooLate])
  } catch (cause) {
    if (cause instanceof ForageClientError) throw cause
    throw new ForageClientError('unreachable', `cannot reach ${url}`, { cause, isRetryable: true })
  } finally {
    clearTimeout(timer)
  }
}

async function answerOf(fetchFunction: typeof fetch, url: string, init: RequestInit): Promise<object> {
  const response = await fetchFunction(url, init)
  const { ok, status } = response
  const body = await response.json().catch(() => {})
  if (ok && typeof body === 'object' && body) return body
  const isOwn = !ok && typeof body?.code === 'string'
  throw new ForageClientError(
    isOwn ? body.code : 'bad-answer',
    isOwn ? `${body.detail ?? body.title}` : `status ${status}, and not from a Forage service`,
    {
      isRetryable: !isOwn || status >= 500 || status === 429 || status === 408,
      status,
      retryAfterMs: retryAfterMs(response.headers.get('retry-after') ?? ''),
    },
  )
}

/** @param value seconds or a date */
function retryAfterMs(value: string): number {
  const ms = Number(value) * 1000 || Date.parse(value) - Date.now()
  return Math.min(Math.max(ms || 0, 0), RETRY_AFTER_MS_MAX)
}
