import { Problem } from '../problem.ts'

/** A change that names no revision is made on the newest; this often in a row hardly anybody is faster. */
const TRIES = 5

/**
 * Makes a change that others may come before: reads, judges and writes again until nobody did.
 *
 * @param attempt undefined when somebody was faster
 * @throws Problem `revision-mismatch` when others always are
 */
export async function untilSettled<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < TRIES; tries++) {
    const done = await attempt()
    if (done !== undefined) return done
  }
  throw new Problem('revision-mismatch', 'It changed again and again meanwhile; send the same request again.')
}
