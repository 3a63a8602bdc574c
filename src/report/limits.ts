import type { RequestAnswered, RunEvent } from '../lab/run-events.ts'

/** How much of a long run one page shows; what is left out is said on the page. Files hold everything. */
export const LIMITS = {
  /** Requests with prompt and answers at the beginning of the run, and as many at its end. */
  requestsAtEachEnd: 100,
  /** Rows of the table of iterations at the beginning, and as many at the end. */
  iterationsAtEachEnd: 100,
  /** Rows of the family chart. */
  familyItems: 240,
  /** Items of a pool in the opening lists before the rest is folded away. */
  poolItemsOpen: 10,
  /** Items of a pool in the opening lists, folded ones included. */
  poolItems: 200,
  /** Points of a curve; longer runs are pooled into blocks of iterations. */
  curvePoints: 300,
  /** Characters of one prompt or raw answer; the middle of a longer one is left out. */
  promptCharacters: 16_000,
  /** Characters of one item or candidate. */
  textCharacters: 600,
  /** Candidates or raw answers of one request. */
  candidates: 128,
} as const

/** The first and the last `each` of a list and how many lie between; all of it when it is no longer than both. */
export function bothEnds<T>(
  all: readonly T[],
  each: number,
): { first: readonly T[]; last: readonly T[]; between: number } {
  if (all.length <= 2 * each) return { first: all, last: [], between: 0 }
  return { first: all.slice(0, each), last: all.slice(-each), between: all.length - 2 * each }
}

/** Whether a request stands on the page, by its place among `total`. */
export function isShownInFull(index: number, total: number): boolean {
  return index < LIMITS.requestsAtEachEnd || index >= total - LIMITS.requestsAtEachEnd
}

/** The requests whose prompt and answers the report shows, in order. */
export function requestsShownInFull(events: readonly RunEvent[]): RequestAnswered[] {
  const requests = events.filter((event) => event.kind === 'request-answered')
  const { first, last } = bothEnds(requests, LIMITS.requestsAtEachEnd)
  return [...first, ...last]
}
