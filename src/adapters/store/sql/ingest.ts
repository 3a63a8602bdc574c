import type { IngestOutcome, LiveEvent } from '../../../core/live/slate-claims.ts'
import { MARKS } from '../../../core/live/visit.ts'
import type { SqlDatabase, SqlRunner } from './database.ts'
import { isWithoutPartition } from './errors.ts'

const DAY_MS = 86_400_000

/** Places of events in the call's list. */
interface Sorted {
  /** No two of them have a key in common. */
  readonly plain: readonly number[]
  /** Of slates where two events of the call share one key but not the other: one by one, in order. */
  readonly tangled: readonly number[]
  /** A repeat of an earlier event, by place: it fares as that one, or is its duplicate. */
  readonly repeats: ReadonlyMap<number, number>
}

/** Stores events with one statement; two in a transaction when clients used an id for several events. */
export function sqlIngest(database: SqlDatabase): (events: readonly LiveEvent[]) => Promise<IngestOutcome[]> {
  const knownDays = new Set<number>()

  async function store(events: readonly LiveEvent[]): Promise<IngestOutcome[]> {
    const { plain, tangled, repeats } = sortedByKeys(events)
    const outcomes = new Array<IngestOutcome>(events.length).fill('accepted')
    const insert = async (runner: SqlRunner, places: readonly number[], oneByOne: boolean) => {
      const [row] = await runner.query<{ outcomes: string | null }>(STATEMENT, [
        oneByOne,
        ...columnsOf(places.map((place) => events[place] as LiveEvent)),
      ])
      const letters = row?.outcomes ?? null
      if (letters === null) return
      for (const [index, place] of places.entries())
        outcomes[place] = OUTCOMES[letters[index] as string] as IngestOutcome
    }
    if (tangled.length === 0) await insert(database, plain, false)
    else {
      await database.transaction(async (runner) => {
        if (plain.length > 0) await insert(runner, plain, false)
        await insert(runner, tangled, true)
      })
    }
    for (const [place, earlier] of repeats) {
      outcomes[place] = outcomes[earlier] === 'expired' ? 'expired' : 'duplicate'
    }
    return outcomes
  }

  async function makeDays(events: readonly LiveEvent[], isForced: boolean): Promise<void> {
    const wanted = new Set(events.map(({ slate }) => dayOf(slate.issuedAtMs)))
    const missing = [...wanted].filter((day) => isForced || !knownDays.has(day)).sort((a, b) => a - b)
    if (missing.length === 0) return
    await database.query('select forage.make_event_days($1)', [missing])
    for (const day of missing) knownDays.add(day)
  }

  return async (events) => {
    if (events.length === 0) return []
    await makeDays(events, false)
    try {
      return await store(events)
    } catch (error) {
      // Another node has dropped the day since.
      if (!isWithoutPartition(error)) throw error
      await makeDays(events, true)
      return store(events)
    }
  }
}

const STATEMENT = `select forage.ingest_events(${Array.from({ length: 20 }, (_, index) => `$${index + 1}`).join(', ')}) as outcomes`

const OUTCOMES: Readonly<Record<string, IngestOutcome>> = { a: 'accepted', d: 'duplicate', x: 'expired' }

function sortedByKeys(events: readonly LiveEvent[]): Sorted {
  const byPlace = new Map<string, number>()
  const byId = new Map<string, number>()
  const repeats = new Map<number, number>()
  const tangledSlates = new Set<string>()
  for (const [index, { slate, kind, position, eventId }] of events.entries()) {
    const place = `${slate.slateId} ${kind} ${position}`
    const id = `${slate.slateId} ${eventId}`
    const samePlace = byPlace.get(place)
    const sameId = byId.get(id)
    if (samePlace === undefined && sameId === undefined) {
      byPlace.set(place, index)
      byId.set(id, index)
    } else if (samePlace === sameId) repeats.set(index, samePlace as number)
    else tangledSlates.add(slate.slateId)
  }
  if (tangledSlates.size === 0) {
    const all = events.map((_, index) => index)
    return {
      plain: repeats.size === 0 ? all : all.filter((index) => !repeats.has(index)),
      tangled: [],
      repeats,
    }
  }
  const plain: number[] = []
  const tangled: number[] = []
  for (const [index, { slate }] of events.entries()) {
    if (tangledSlates.has(slate.slateId)) {
      repeats.delete(index)
      tangled.push(index)
    } else if (!repeats.has(index)) plain.push(index)
  }
  return { plain, tangled, repeats }
}

/** Parameters of `forage.ingest_events`, in its order. */
export function columnsOf(events: readonly LiveEvent[]): unknown[] {
  return [
    events.map(({ slate }) => dayOf(slate.issuedAtMs)),
    events.map(({ slate }) => slate.slateId),
    events.map(({ kind }) => kind === 'click'),
    events.map(({ position }) => position),
    events.map(({ eventId }) => eventId),
    events.map(({ slate }) => slate.contextId),
    events.map(({ slate }) => slate.arm),
    events.map(({ slate }) => slate.version),
    events.map(({ slate }) => slate.itemIds.join(' ')),
    events.map(({ slate }) => slate.policy === 'thompson'),
    events.map(({ slate }) => slate.isUniform),
    events.map(({ mark }) => MARKS.indexOf(mark)),
    events.map(({ slate }) => slate.propensity),
    events.map(({ slate }) => slate.issuedAtMs),
    events.map(({ slate }) => slate.closesAtMs),
    events.map(({ occurredAtMs }) => occurredAtMs),
    events.map(({ receivedAtMs }) => receivedAtMs),
    events.map(({ slate }) => slate.visitor),
    events.map(({ network }) => network),
  ]
}

export function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS)
}
