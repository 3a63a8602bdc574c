import type { Clock } from '../../ports/clock.ts'

/** This machine's time. What is scheduled does not keep the process alive. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    schedule(afterMs, call) {
      const timer = setTimeout(call, afterMs)
      timer.unref()
      return () => clearTimeout(timer)
    },
  }
}
