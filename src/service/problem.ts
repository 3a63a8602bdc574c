import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { z } from 'zod'
import { describeValue, ForageError, InputError } from '../core/errors.ts'
import { PROBLEMS, type ProblemCode } from './problem-codes.ts'

export interface ProblemOptions {
  /** Field of the request that is wrong: `config.poolSize`, `If-Match`. */
  readonly field?: string
  /** All wrong fields, where there are several. */
  readonly errors?: readonly FieldProblem[]
  /** Headers that belong to the answer, such as `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** One wrong field. */
export interface FieldProblem {
  readonly field: string
  readonly detail: string
}

/** An answer that is no success, as problem+json (RFC 9457). Routes throw it. */
export class Problem extends ForageError {
  override readonly code: ProblemCode
  readonly status: ContentfulStatusCode
  readonly field?: string
  readonly errors: readonly FieldProblem[]
  readonly headers: Readonly<Record<string, string>>

  /** @param detail for people: what is wrong, which value, what to do */
  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    const status = PROBLEMS[code][0]
    super(code, detail, { isRetryable: status === 429 || status === 503, cause: options.cause })
    this.code = code
    this.status = status
    this.headers = options.headers ?? {}
    this.errors = options.errors ?? []
    if (options.field !== undefined) this.field = options.field
  }
}

/** The body of a problem answer. */
export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  readonly detail: string
  readonly field?: string
  readonly errors?: readonly FieldProblem[]
  readonly requestId: string
}

const FIELDS_MAX = 20

/**
 * Any failure as a problem: the one place where codes become statuses. What was not foreseen is told as
 * `internal` and without its message, which may hold anything; the log has it (`cause`) under the request's id.
 */
export function problemOf(failure: unknown): Problem {
  if (failure instanceof Problem) return failure
  if (failure instanceof z.ZodError) return inputProblem(failure)
  if (failure instanceof HTTPException) return libraryProblem(failure)
  if (failure instanceof InputError) {
    return new Problem('bad-input', failure.message, { field: failure.field, cause: failure })
  }
  if (failure instanceof ForageError && failure.code === 'store-unavailable') {
    const detail = 'The store cannot be reached now; send the same request again.'
    return new Problem('store-unavailable', detail, { headers: { 'Retry-After': '1' }, cause: failure })
  }
  if (failure instanceof ForageError && failure.code === 'store-failed') {
    return new Problem('store-failed', 'The log tells why, under the id of the request.', { cause: failure })
  }
  const detail = 'This was not foreseen: please report it. The log tells more, under the id of the request.'
  return new Problem('internal', detail, { cause: failure })
}

/** What the HTTP library refuses by itself: bodies that are no JSON or of another type. */
function libraryProblem(failure: HTTPException): Problem {
  if (failure.status === 415) {
    return new Problem('media-type-unknown', 'Send Content-Type: application/json.', {
      field: 'Content-Type',
    })
  }
  if (failure.status >= 500)
    return new Problem('internal', 'The log tells more, under the id of the request.', { cause: failure })
  return new Problem('bad-json', 'body: it is empty or not JSON; send a JSON object, such as {}.', {
    field: 'body',
    cause: failure,
  })
}

/**
 * What a schema refused, as a problem that names the fields.
 *
 * @param root how the value is called when it is wrong as a whole
 */
export function inputProblem(error: z.ZodError, root = 'body'): Problem {
  const errors = error.issues.slice(0, FIELDS_MAX).map((issue) => fieldProblem(issue, root))
  const { field, detail } = errors[0] ?? { field: root, detail: 'it is wrong' }
  return new Problem('bad-input', `${field}: ${detail}`, {
    field,
    ...(errors.length > 1 ? { errors } : {}),
    cause: error,
  })
}

/** The answer that tells a problem. `requestId` leads to the log. */
export function problemResponse(problem: Problem, requestId: string): Response {
  const { code, status, message, field, errors, headers } = problem
  const body: ProblemBody = {
    type: `urn:forage:problem:${code}`,
    title: PROBLEMS[code][1],
    status,
    code,
    detail: message,
    ...(field === undefined ? {} : { field }),
    ...(errors.length === 0 ? {} : { errors }),
    requestId,
  }
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      'X-Request-Id': requestId,
      ...headers,
    },
  })
}

function fieldProblem(issue: z.core.$ZodIssue, root: string): FieldProblem {
  if (issue.code === 'unrecognized_keys') {
    const field = fieldName([...issue.path, String(issue.keys[0])], root)
    return { field, detail: 'there is no such field; remove it or check its spelling' }
  }
  return { field: fieldName(issue.path, root), detail: adviceOf(issue) }
}

/** What the library says where a schema has no words of its own. */
function adviceOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type' || !issue.message.startsWith('Invalid input')) return issue.message
  return KINDS[issue.expected] ?? `give ${issue.expected}`
}

const KINDS: Readonly<Record<string, string>> = {
  object: 'give an object: { ... }',
  record: 'give an object: { ... }',
  array: 'give a list: [ ... ]',
  string: 'give a text',
  number: 'give a number',
  int: 'give a whole number',
  boolean: 'give true or false',
}

/** `config.arms[1].share`; names that a caller made up are cleaned and cut. */
function fieldName(path: readonly PropertyKey[], root: string): string {
  if (path.length === 0) return root
  const whole = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')
  const name = whole.replace(/^\./, '')
  return /^[\w.[\]-]{1,120}$/.test(name) ? name : describeValue(name)
}
