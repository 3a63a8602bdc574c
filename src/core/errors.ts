/**
 * A failure that people can act on. `code` is stable and listed in `docs/errors.md`; `isRetryable` says
 * whether the same call may succeed later without a change.
 */
export class ForageError extends Error {
  readonly code: string
  readonly isRetryable: boolean

  constructor(code: string, message: string, options: { isRetryable?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.isRetryable = options.isRetryable ?? false
  }
}

/**
 * Something given from outside is wrong: names the field, the value, and what to do. The command line ends
 * with exit code 2 on it, with 1 on any other error.
 */
export class InputError extends ForageError {
  readonly field: string

  /**
   * @param field the flag, setting or file field, as the person wrote it, such as `--pool-size`
   * @param value what was given; printed shortened
   * @param advice what is allowed or what to do, as a sentence part: `give a whole number from 1 to 1000`
   */
  constructor(field: string, value: unknown, advice: string, options: { cause?: unknown } = {}) {
    super('bad-input', `${field}: ${describeValue(value)}: ${advice}`, options)
    this.field = field
  }
}

/** A value as it may be shown in a message: JSON, no control or direction characters, cut to about 80 characters. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing given'
  const text = typeof value === 'number' ? String(value) : textOf(value)
  const clean = text.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    ' ',
  )
  if (clean.length <= 80) return clean
  // No half of a surrogate pair at the cut.
  return `${clean.slice(0, 77).replace(/[\ud800-\udbff]$/, '')}... (${clean.length} characters)`
}

/** JSON, else what the value calls itself; some values can say neither (no prototype, a circle, a big integer inside). */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    try {
      return String(value)
    } catch {
      return `a value of type ${typeof value}`
    }
  }
}
