import type { ServiceDependencies } from '../dependencies.ts'
import { type RepeatingTask, repeatingTask } from './repeating-task.ts'

export interface BackgroundSettings {
  /** How often other nodes' changes are asked for; a second when left out. */
  readonly refreshMs?: number
  /** How often closed visits are counted; a second when left out. */
  readonly countMs?: number
  /** Raw events are kept so many days; null: for ever. */
  readonly retentionDays: number | null
}

const KEYS_MS = 5_000
const TOTALS_MS = 10_000
const DAY_MS = 86_400_000
/** Not while everything else starts. */
const FIRST_RETENTION_MS = 60_000

/** What a node does beside answering requests. */
export interface Background {
  start(): void
  /** Resolves when everything under way has ended. */
  stop(): Promise<void>
}

export function background(
  {
    store,
    serving,
    keys,
    clock,
    log,
    metrics,
  }: Pick<ServiceDependencies, 'store' | 'serving' | 'keys' | 'clock' | 'log' | 'metrics'>,
  { refreshMs = 1_000, countMs = 1_000, retentionDays }: BackgroundSettings,
): Background {
  const task = (
    name: string,
    everyMs: number,
    run: () => Promise<unknown>,
    options: { firstAfterMs?: number; pauseMsMax?: number } = {},
  ): RepeatingTask =>
    repeatingTask({
      clock,
      everyMs,
      run,
      // Each of these is asked for again soon, so a long pause would help nobody.
      pauseMsMax: 10_000,
      ...options,
      onFailure: (err, failures) => log.warn({ task: name, failures, err }, 'background task failed'),
    })
  const tasks = [
    task('refresh-contexts', refreshMs, () => serving.refresh()),
    task('refresh-keys', KEYS_MS, () => keys.refresh()),
    task('refresh-totals', TOTALS_MS, () => serving.refreshTotals()),
    task('count-visits', countMs, async () => {
      const toMs = clock.now()
      const { visits } = await store.countClosed(toMs)
      metrics.counted(visits, toMs)
    }),
    ...(retentionDays === null
      ? []
      : [
          task(
            'drop-old-events',
            DAY_MS,
            async () => {
              const days = await store.dropEventsBefore(retentionLimit(clock.now(), retentionDays), {
                atMs: clock.now(),
                by: 'system',
                action: 'events-dropped',
                contextKey: null,
                details: { retentionDays },
              })
              if (days.days > 0) log.info({ ...days }, 'old raw events were dropped')
            },
            { firstAfterMs: FIRST_RETENTION_MS },
          ),
        ]),
  ]
  return {
    start() {
      for (const one of tasks) one.start()
    },
    async stop() {
      await Promise.all(tasks.map((one) => one.stop()))
    },
  }
}

/** Start of the first UTC day whose events stay. */
export function retentionLimit(nowMs: number, retentionDays: number): number {
  return Math.floor(nowMs / DAY_MS) * DAY_MS - retentionDays * DAY_MS
}
