import { Problem } from '../problem.ts'

/** What may stand behind the question mark of a slate's address. */
export interface SlateQuery {
  /** K; the context's own when left out. */
  readonly size: number | undefined
  /** The caller's name for the visitor. */
  readonly visitor: string | undefined
  /** For a context that may have to be made. */
  readonly task: string | undefined
  readonly topic: string | undefined
}

export const SLATE_SIZE_MAX = 100
export const VISITOR_CHARACTERS_MAX = 200
const NOTHING: SlateQuery = { size: undefined, visitor: undefined, task: undefined, topic: undefined }

/**
 * Reads the query by hand, because a slate takes a few microseconds in all; `contract/slates.ts` says the same to
 * people, and a test holds the two together. Of a name given twice the first counts; unknown names are passed over.
 *
 * @throws Problem 400 `bad-input` naming the parameter
 */
export function slateQuery(url: string): SlateQuery {
  const from = url.indexOf('?')
  if (from < 0) return NOTHING
  const hash = url.indexOf('#', from)
  const last = hash < 0 ? url.length : hash
  let size: number | undefined
  let visitor: string | undefined
  let task: string | undefined
  let topic: string | undefined
  let start = from + 1
  // Without `split`, whose pieces take longer to make than to read.
  while (start <= last) {
    const and = url.indexOf('&', start)
    const end = and < 0 || and > last ? last : and
    const equals = url.indexOf('=', start)
    const nameEnd = equals < 0 || equals > end ? end : equals
    const name = url.slice(start, nameEnd)
    const value = url.slice(Math.min(nameEnd + 1, end), end)
    if (name === 'size') size ??= sizeOf(value)
    else if (name === 'visitor') visitor ??= textOf(name, value, VISITOR_CHARACTERS_MAX)
    else if (name === 'task') task ??= textOf(name, value, 200)
    else if (name === 'topic') topic ??= textOf(name, value, 200)
    start = end + 1
  }
  return { size, visitor, task, topic }
}

function sizeOf(value: string): number {
  if (!/^\d{1,12}$/.test(value) || Number(value) < 1 || Number(value) > SLATE_SIZE_MAX) {
    throw new Problem('bad-input', `size: give a whole number from 1 to ${SLATE_SIZE_MAX}`, {
      field: 'size',
    })
  }
  return Number(value)
}

function textOf(name: string, value: string, charactersMax: number): string {
  const text = decoded(name, value)
  if (text.length < 1 || text.length > charactersMax) {
    throw new Problem('bad-input', `${name}: give 1 to ${charactersMax} characters`, { field: name })
  }
  return text
}

function decoded(name: string, value: string): string {
  if (!value.includes('%') && !value.includes('+')) return value
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch {
    throw new Problem('bad-input', `${name}: this is no percent-encoded UTF-8`, { field: name })
  }
}
