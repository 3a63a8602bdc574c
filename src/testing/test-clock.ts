import type { Clock } from '../ports/clock.ts'

/** A clock that stands still until it is moved. */
export interface TestClock extends Clock {
  /** Moves the time on, calling what is due in order; what that starts is given time to happen. */
  advance(ms: number): Promise<void>
  /** Time of the next call that is due, or undefined. */
  nextAt(): number | undefined
}

/**
 * @param startMs milliseconds since 1970
 * @param happened resolves when what a call started has happened
 */
export function testClock(startMs = 0, happened: () => Promise<void> = settled): TestClock {
  let nowMs = startMs
  let order = 0
  const due: { atMs: number; order: number; call: () => void }[] = []
  const next = () =>
    due.reduce<(typeof due)[number] | undefined>(
      (first, one) =>
        first === undefined || one.atMs < first.atMs || (one.atMs === first.atMs && one.order < first.order)
          ? one
          : first,
      undefined,
    )
  return {
    now: () => nowMs,
    nextAt: () => next()?.atMs,
    schedule(afterMs, call) {
      const one = { atMs: nowMs + Math.max(0, afterMs), order: order++, call }
      due.push(one)
      return () => {
        const place = due.indexOf(one)
        if (place >= 0) due.splice(place, 1)
      }
    },
    async advance(ms) {
      const untilMs = nowMs + ms
      for (;;) {
        const one = next()
        if (one === undefined || one.atMs > untilMs) break
        nowMs = Math.max(nowMs, one.atMs)
        due.splice(due.indexOf(one), 1)
        one.call()
        await happened()
      }
      nowMs = untilMs
      await happened()
    },
  }
}

/** Lets everything happen that waits for nothing but its turn. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
