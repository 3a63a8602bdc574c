import { randomStream } from '../core/random.ts'

const FIRST_MS = 5_000
/** Of a failure that the same call will meet again, such as a refused key: only a person can end it. */
const FIRST_STUBBORN_MS = 60_000
const LONGEST_MS = 3_600_000

/**
 * How long an arm waits after a failure: twice as long each time, up to an hour, less up to half of it, so that many
 * arms that failed together do not come back together.
 *
 * @param failures failures in a row before this one
 * @param names what is waited for; the same seed and names give the same time
 */
export function backoffMs(
  failures: number,
  isRetryable: boolean,
  seed: number,
  ...names: readonly (string | number)[]
): number {
  const first = isRetryable ? FIRST_MS : FIRST_STUBBORN_MS
  const longest = Math.min(LONGEST_MS, first * 2 ** Math.min(failures, 30))
  const jitter = randomStream(seed, 'backoff', failures, ...names).uniform() / 2
  return Math.ceil(longest * (1 - jitter))
}
