import { ForageError } from '../../../core/errors.ts'

/** Another transaction was in the way: the same one may go through at once. */
const AGAIN = ['40001', '40P01']

/** The database is away, full, shutting down or too busy: by code, or by class of codes. */
const AWAY = [
  ...['08', '53', '57P', '58'],
  ...['25006', '57014', '55P03'],
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENOENT'],
]

/** pg has no code for these. */
const AWAY_MESSAGES =
  /connection terminated|connection ended|after calling end on the pool|timeout exceeded when trying to connect|not queryable|timeout expired/i

export function isWorthAnotherTry(error: unknown): boolean {
  return AGAIN.includes(codeOf(error))
}

/** True for an insert into a day whose partition is not there. */
export function isWithoutPartition(error: unknown): boolean {
  const cause = error instanceof ForageError ? error.cause : error
  return codeOf(cause) === '23514' && /no partition/.test((cause as Error).message)
}

/** A driver's error as what the port promises. */
export function storeError(error: unknown): ForageError {
  if (error instanceof ForageError) return error
  const code = codeOf(error)
  const message = error instanceof Error ? error.message : String(error)
  const isAway =
    AGAIN.includes(code) || AWAY.some((start) => code.startsWith(start)) || AWAY_MESSAGES.test(message)
  return isAway
    ? new ForageError('store-unavailable', `store: ${message || code}`, { isRetryable: true, cause: error })
    : new ForageError('store-failed', `store: ${message}${code === '' ? '' : ` (${code})`}`, { cause: error })
}

export function storeClosed(): ForageError {
  return new ForageError('store-unavailable', 'store: it is closed', { isRetryable: true })
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code
  if (typeof code === 'string') return code
  // A host with several addresses fails with one error for each.
  const first = (error as { errors?: unknown[] } | null | undefined)?.errors?.[0]
  return first === undefined ? '' : codeOf(first)
}
