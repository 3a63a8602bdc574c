import type { Clock } from '../../ports/clock.ts'

export interface RepeatingTaskOptions {
  readonly clock: Clock
  /** From the end of one run to the start of the next. */
  readonly everyMs: number
  /** Until the first run; at once when left out. */
  readonly firstAfterMs?: number
  /** After a failure the pause doubles with each further one, up to this; a minute, or `everyMs` if that is more. */
  readonly pauseMsMax?: number
  /** One run; `signal` is aborted when the task is stopped. */
  readonly run: (signal: AbortSignal) => Promise<unknown>
  /** Told of each failure. Must not throw. */
  readonly onFailure: (error: unknown, failures: number) => void
}

/** Something done again and again; never twice at once. */
export interface RepeatingTask {
  start(): void
  /** Starts no more runs, and resolves when the one under way has ended. Safe to call twice. */
  stop(): Promise<void>
}

const PAUSE_MS_MAX = 60_000

export function repeatingTask(options: RepeatingTaskOptions): RepeatingTask {
  const { clock, everyMs, run, onFailure } = options
  const pauseMsMax = Math.max(everyMs, options.pauseMsMax ?? PAUSE_MS_MAX)
  const stopping = new AbortController()
  let cancel = () => {}
  let running: Promise<void> = Promise.resolve()
  let isStarted = false
  let failures = 0

  const once = async () => {
    try {
      await run(stopping.signal)
      failures = 0
    } catch (error) {
      // What a stop breaks off is no failure.
      if (stopping.signal.aborted) return
      failures++
      onFailure(error, failures)
    }
    wait(Math.min(pauseMsMax, everyMs * 2 ** Math.min(failures, 20)))
  }
  const wait = (ms: number) => {
    if (stopping.signal.aborted) return
    cancel = clock.schedule(ms, () => {
      running = once()
    })
  }

  return {
    start() {
      if (isStarted) return
      isStarted = true
      wait(options.firstAfterMs ?? 0)
    },
    async stop() {
      stopping.abort()
      cancel()
      await running
    },
  }
}
