import { describeValue, ForageError } from '../../core/errors.ts'
import { AnswerTooLarge } from './limited-fetch.ts'

/** A call to a provider failed; knows what the retrying layer must know. Carries no cause: causes may hold keys. */
export class ProviderError extends ForageError {
  /** Milliseconds the provider asked to wait, where it did. */
  readonly retryAfterMs: number | undefined

  constructor(code: string, message: string, isRetryable: boolean, retryAfterMs?: number) {
    super(code, message, { isRetryable })
    this.retryAfterMs = retryAfterMs
  }
}

/** Who was asked, for the message. The key is only there to be kept out of it. */
export interface Asked {
  readonly name: string
  readonly keyName?: string
  readonly apiKey?: string
  readonly baseUrl?: string
}

/** The parts of the AI SDK's `APICallError` that are read here. */
interface FailedCall {
  readonly statusCode?: number
  readonly message: string
  readonly responseHeaders?: Record<string, string>
  readonly responseBody?: string
}

/**
 * What a failed call means for the person and for a second try.
 *
 * 401, 403 and other 4xx: `writer-refused`. 408, 409, 425, 429 and 5xx: `writer-unavailable`, retryable. No
 * connection, or one that broke: `writer-unavailable`, retryable. A reply that cannot be read: `writer-junk`,
 * retryable, since proxies now and then cut or replace one.
 *
 * @param now milliseconds since 1970, for a Retry-After that names a date
 */
export function providerError(error: unknown, asked: Asked, now: number): ProviderError {
  const clean = (text: string) => withoutKeys(text, asked.apiKey)
  const chain = causes(error)
  if (chain.some((cause) => cause instanceof AnswerTooLarge)) {
    return new ProviderError(
      'writer-junk',
      `${asked.name}: the reply is too large to be an answer; check that the address is the model's`,
      false,
    )
  }
  const network = chain.map(networkFault).find((fault) => fault !== undefined)
  const call = failedCall(error)
  const status = call?.statusCode
  if (status === undefined || status < 400) {
    if (network !== undefined) {
      const where = asked.baseUrl === undefined ? '' : ` at ${clean(addressOf(asked.baseUrl))}`
      return new ProviderError(
        'writer-unavailable',
        `${asked.name}: no connection to the provider${where} (${network}); check the network and the address`,
        true,
      )
    }
    return new ProviderError(
      'writer-junk',
      `${asked.name}: the provider's reply could not be read (${clean(messageOf(error))}); check that the address is the model's`,
      true,
    )
  }
  return failedStatus(status, call as FailedCall, asked, clean, now)
}

function failedStatus(
  status: number,
  call: FailedCall,
  asked: Asked,
  clean: (text: string) => string,
  now: number,
): ProviderError {
  const said = clean(call.message)
  if (status === 401) {
    // The provider's own words are left out: some repeat a part of the key.
    const advice =
      asked.apiKey === undefined && asked.keyName !== undefined ? `set ${asked.keyName}` : keyAdvice(asked)
    return new ProviderError('writer-refused', `${asked.name}: the key was refused (401); ${advice}`, false)
  }
  if (status === 403) {
    return new ProviderError(
      'writer-refused',
      `${asked.name}: no access (403: ${said}); ${keyAdvice(asked)}, and that it may use this model`,
      false,
    )
  }
  if (status === 429 && /insufficient_quota|billing/i.test(call.responseBody ?? '')) {
    return new ProviderError(
      'writer-refused',
      `${asked.name}: the account has no quota left (429); check its plan and billing`,
      false,
    )
  }
  if (status === 408 || status === 409 || status === 425 || status === 429 || status >= 500) {
    const meaning = status === 429 ? 'too many requests' : 'the provider failed'
    return new ProviderError(
      'writer-unavailable',
      `${asked.name}: ${meaning} (${status}: ${said}); try again later`,
      true,
      retryAfterMs(call.responseHeaders ?? {}, now),
    )
  }
  const advice = status === 404 ? 'check the model name and the address' : 'check the model name and settings'
  return new ProviderError(
    'writer-refused',
    `${asked.name}: the request was refused (${status}: ${said}); ${advice}`,
    false,
  )
}

function keyAdvice(asked: Asked): string {
  return asked.keyName === undefined ? 'check the key' : `check ${asked.keyName}`
}

/** Milliseconds from `retry-after-ms`, or `retry-after` as seconds or an HTTP date. */
function retryAfterMs(headers: Record<string, string>, now: number): number | undefined {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  const exact = Number(lower.get('retry-after-ms') ?? Number.NaN)
  if (exact >= 0) return exact
  const header = lower.get('retry-after')
  if (header === undefined || header.trim() === '') return undefined
  const seconds = Number(header)
  if (!Number.isNaN(seconds)) return seconds >= 0 ? seconds * 1000 : undefined
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

/** An error with its causes, outermost first. */
function causes(error: unknown): unknown[] {
  const chain: unknown[] = []
  for (let current = error; current !== undefined && current !== null && chain.length < 10; ) {
    chain.push(current)
    current = (current as { cause?: unknown }).cause
  }
  return chain
}

function failedCall(error: unknown): FailedCall | undefined {
  return error instanceof Error && 'responseHeaders' in error ? (error as FailedCall) : undefined
}

/** `ECONNRESET` and the like where the error is about the connection, else undefined. */
function networkFault(error: unknown): string | undefined {
  const code = (error as { code?: unknown }).code
  if (typeof code === 'string' && /^(?:E[A-Z_]{3,}|UND_ERR_[A-Z_]+|CERT_[A-Z_]+)$/.test(code)) return code
  if (error instanceof TypeError && /^(?:fetch failed|terminated)$/.test(error.message)) return 'broken off'
  return undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Scheme, host and path: a query or a user name in an address may be a secret. */
function addressOf(baseUrl: string): string {
  const url = new URL(baseUrl)
  return `${url.origin}${url.pathname}`
}

/** A provider's words as they may be shown: short, on one line, without the key or anything that looks like one. */
function withoutKeys(text: string, apiKey: string | undefined): string {
  const hidden = apiKey === undefined || apiKey === '' ? text : text.replaceAll(apiKey, '[key]')
  return describeValue(
    hidden.replace(/\b(?:sk|pk|AIza|gsk|xai|hf)[-_][^\s"']{6,}|AIza[^\s"']{10,}/g, '[key]'),
  )
}
