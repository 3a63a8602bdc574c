import { setTimeout as pause } from 'node:timers/promises'

/**
 * Asks again and again until something is true.
 *
 * @param what for the message, such as "the node answers"
 * @param limitMs after this long it has failed
 */
export async function until(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  limitMs = 60_000,
): Promise<void> {
  const endMs = Date.now() + limitMs
  while (!(await isTrue())) {
    if (Date.now() > endMs) throw new Error(`${limitMs / 1000} s have passed, and not yet: ${what}`)
    await pause(10)
  }
}
