import { addUsage, NO_USAGE } from '../core/usage.ts'
import type {
  BirthsShort,
  IterationFinished,
  PoolEntry,
  RequestAnswered,
  RunEvent,
  RunStarted,
  RunSummary,
} from '../lab/run-events.ts'
import { summarize } from '../lab/run-summary.ts'
import type { Usage } from '../ports/writer.ts'

/** A run's events, put in the order in which a report tells them. */
export interface RunStory {
  readonly started: RunStarted
  readonly iterations: readonly IterationFinished[]
  readonly requests: readonly RequestAnswered[]
  readonly shortages: readonly BirthsShort[]
  /** Every item that ever stood in a pool, in order of birth. */
  readonly items: readonly ItemLife[]
  readonly itemsById: ReadonlyMap<string, ItemLife>
  /** False for a run that was stopped before its end; its summary is then of what it had. */
  readonly isFinished: boolean
  /** Undefined when no iteration was finished. */
  readonly summary: RunSummary | undefined
  /** What all requests took, also those of an iteration that was never finished. */
  readonly usage: Usage
}

/** One item from birth to leaving. */
export interface ItemLife {
  readonly entry: PoolEntry
  /** Iteration whose pool it first stood in. */
  readonly bornAt: number
  /** First iteration whose pool lacks it; null while it lives. */
  readonly leftAt: number | null
  /** Place in `requests` of the answer it came from; null where the events do not say. */
  readonly requestIndex: number | null
  readonly meanLogProbability?: number
}

/** @throws RangeError when the events do not begin with `run-started` */
export function storyOf(events: readonly RunEvent[]): RunStory {
  const started = events[0]
  if (started?.kind !== 'run-started') throw new RangeError('report: the first event must be run-started')
  const iterations: IterationFinished[] = []
  const requests: RequestAnswered[] = []
  const shortages: BirthsShort[] = []
  let finished: RunSummary | undefined
  for (const event of events) {
    if (event.kind === 'iteration-finished') iterations.push(event)
    else if (event.kind === 'request-answered') requests.push(event)
    else if (event.kind === 'births-short') shortages.push(event)
    else if (event.kind === 'run-finished') finished = event.summary
  }
  const items = livesOf(iterations, requests)
  return {
    started,
    iterations,
    requests,
    shortages,
    items,
    itemsById: new Map(items.map((item) => [item.entry.id, item])),
    isFinished: finished !== undefined,
    summary: finished ?? (iterations.length === 0 ? undefined : summarize(iterations, started)),
    usage: finished?.usage ?? requests.reduce((sum, { usage }) => addUsage(sum, usage), NO_USAGE),
  }
}

function livesOf(iterations: readonly IterationFinished[], requests: readonly RequestAnswered[]): ItemLife[] {
  const births = new Map<string, { requestIndex: number; meanLogProbability?: number }>()
  for (const [requestIndex, request] of requests.entries()) {
    for (const candidate of request.candidates) {
      if (candidate.fate !== 'born') continue
      const { itemId, meanLogProbability } = candidate
      births.set(itemId, {
        requestIndex,
        ...(meanLogProbability === undefined ? {} : { meanLogProbability }),
      })
    }
  }
  const lives = new Map<string, { entry: PoolEntry; bornAt: number; lastSeen: number }>()
  for (const { iteration, pool } of iterations) {
    for (const entry of pool) {
      const bornAt = lives.get(entry.id)?.bornAt ?? iteration
      lives.set(entry.id, { entry, bornAt, lastSeen: iteration })
    }
  }
  const lastIteration = iterations.at(-1)?.iteration ?? 0
  return [...lives.values()].map(({ entry, bornAt, lastSeen }) => ({
    entry,
    bornAt,
    leftAt: lastSeen === lastIteration ? null : lastSeen + 1,
    requestIndex: null,
    ...births.get(entry.id),
  }))
}

/** Refused candidates by reason over the whole run, most frequent first, each with the first example. */
export function refusalsOf(
  requests: readonly RequestAnswered[],
): { reason: string; times: number; example: { text: string; detail: string } }[] {
  const byReason = new Map<
    string,
    { reason: string; times: number; example: { text: string; detail: string } }
  >()
  for (const { candidates } of requests) {
    for (const candidate of candidates) {
      if (candidate.fate !== 'refused') continue
      const { reason, text, detail } = candidate
      const row = byReason.get(reason) ?? { reason, times: 0, example: { text, detail } }
      row.times++
      byReason.set(reason, row)
    }
  }
  return [...byReason.values()].sort((a, b) => b.times - a.times || (a.reason < b.reason ? -1 : 1))
}
