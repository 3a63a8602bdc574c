import { ForageError } from '../core/errors.ts'
import { sendVisits, type VisitCounts, type VisitsWanted } from '../lab/live-visitors/send-visits.ts'
import type { ServedArm, ServedContext, VisitedService } from './visit-service.ts'

const POLL_MS = 500
/** A pool that is not rewritten for this long is not going to be. */
const PATIENCE_MS = 600_000
/** After its window a visit is counted within about this time. */
const COUNTING_MS = 3000

export interface RoundsHost {
  readonly service: VisitedService
  readonly visits: Omit<VisitsWanted, 'first' | 'count'>
  readonly now: () => number
  /** What is going on. */
  readonly say: (text: string) => void
}

export interface Rounds {
  /** Sends the visits that one iteration asks for; to each arm its share. */
  round(): Promise<VisitCounts>
  /**
   * Waits until the main arm's next iteration has run; sends more visits where some of the round were not counted.
   *
   * @returns the main arm then
   *
   * @throws ForageError `not-rewritten` after ten minutes, with the service's reason where it has one
   */
  untilRewritten(iteration: number): Promise<ServedArm>
  /** Waits until all visits of the rounds are counted, as far as can be told from outside. */
  untilCounted(): Promise<void>
  /** The main arm as it stands, once it has a pool. */
  untilPool(): Promise<ServedArm>
}

export function visitRounds(context: ServedContext, interactions: number, host: RoundsHost): Rounds {
  const { service, visits, now, say } = host
  const { signal } = visits
  const [main] = context.config.arms as [ServedContext['config']['arms'][number]]
  const windowMs = context.config.attributionWindowSeconds * 1000
  let first = 0

  const wait = (ms: number) => visits.wait(ms, signal)

  async function mainArm(): Promise<ServedArm> {
    const found = (await service.arms(context.key)).find(({ arm }) => arm === main.key)
    if (found === undefined)
      throw new ForageError('service-refused', `The context has no arm ${main.key} any more`)
    return found
  }

  async function send(toMain: number): Promise<VisitCounts> {
    const count = Math.ceil((toMain / main.share) * 1.02) + 5
    const { counts, missed, waiting } = await sendVisits({ ...visits, first, count })
    first += count
    if (missed * 2 > count || waiting > 0) {
      throw new ForageError(
        'service-unreachable',
        `${missed} of ${count} visits got no slate, and ${waiting} events could not be delivered`,
        { isRetryable: true },
      )
    }
    return counts
  }

  async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    say(what)
    const startedMs = now()
    for (;;) {
      const found = await look()
      if (found !== undefined) return found
      if (now() - startedMs > PATIENCE_MS) {
        const { lastFailure, interactionsSince } = await mainArm()
        const reason = lastFailure === null ? 'and the service gives no reason' : `because: ${lastFailure}`
        throw new ForageError(
          'not-rewritten',
          `The pool of ${context.key} is not written for ten minutes, ${reason}; it counts ${interactionsSince} visits`,
        )
      }
      await wait(POLL_MS)
    }
  }

  return {
    async round() {
      say('visiting')
      return send(interactions)
    },
    async untilRewritten(iteration) {
      let sentMs = now()
      return until(`waiting for iteration ${iteration}`, async () => {
        const arm = await mainArm()
        if ((arm.latestIteration ?? -1) >= iteration) return arm
        // Some visits may have been left out, for instance because the service was started anew.
        if (now() - sentMs > windowMs + COUNTING_MS && arm.interactionsSince < interactions) {
          await send(interactions - arm.interactionsSince)
          sentMs = now()
        }
        return undefined
      })
    },
    async untilCounted() {
      say('waiting until all visits are counted')
      await wait(windowMs + COUNTING_MS)
    },
    untilPool: () =>
      until('waiting for the first pool', async () => {
        const arm = await mainArm()
        return arm.version > 0 ? arm : undefined
      }),
  }
}
