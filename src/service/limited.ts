import { Problem } from './problem.ts'

/** The answer to one who comes too often. */
export function limited(waitMs: number): Problem {
  return new Problem('rate-limited', 'Wait as Retry-After says, then send the same again.', {
    headers: { 'Retry-After': String(Math.max(1, Math.ceil(waitMs / 1000))) },
  })
}
