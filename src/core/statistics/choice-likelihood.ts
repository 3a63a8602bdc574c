import type { SlateOutcome } from '../evidence.ts'
import { checkAboveZero, checkNotNegative } from './argument.ts'

/** Estimates of utilities and slot effects together. */
export interface ChoiceEstimate {
  /** v by item id, 0 or more; an item never shown is absent. */
  readonly utilities: ReadonlyMap<string, number>
  /** l by slot, the first 1. A slot that shares no item with slot 0, over however many steps, keeps 1. */
  readonly slotEffects: readonly number[]
  /** Log-likelihood at the estimate, without the prior. */
  readonly logLikelihood: number
  readonly rounds: number
  /** False when `roundsMax` came first: the estimate is near the maximum, not at it. */
  readonly isConverged: boolean
}

export interface ChoiceOptions {
  /** Clicks added to each item, and no-click impressions: a Gamma prior's shape less 1, and rate. Default 0 and 0. */
  readonly priorClicks?: number
  readonly priorNoClickImpressions?: number
  /** Keep all slot effects at 1. Default false. */
  readonly equalSlots?: boolean
  /** Largest relative change of any estimate at which it is done. Default 1e-8. */
  readonly tolerance?: number
  /** Default 2,000. */
  readonly roundsMax?: number
}

/**
 * Maximum likelihood of the choice model P(click at k) = v l_k / (1 + sum of v l), from outcomes grouped by slate.
 * Uses the clicked slates' company too, so it is sharper than C / Z, though by little: see the table in
 * docs/statistics.md. Consistent for any serving policy that looks only at the past.
 *
 * A minorize-maximize fixpoint, which never lowers the likelihood (concave in log v and log l):
 * v_i = C_i / sum of l_k n / (1 + sum of v l) over its slates, then the same for l_k. Time: rounds times slates
 * times their size; for once an iteration, not for each request.
 *
 * @throws RangeError for a prior or tolerance that cannot be
 *
 * Source: D. R. Hunter, "MM algorithms for generalized Bradley-Terry models", Annals of Statistics 32 (2004).
 */
export function choiceLikelihood(
  outcomes: Iterable<SlateOutcome>,
  options: ChoiceOptions = {},
): ChoiceEstimate {
  const { priorClicks = 0, priorNoClickImpressions = 0, equalSlots = false } = options
  const { tolerance = 1e-8, roundsMax = 2000 } = options
  checkNotNegative('priorClicks', priorClicks)
  checkNotNegative('priorNoClickImpressions', priorNoClickImpressions)
  checkAboveZero('tolerance', tolerance)
  checkAboveZero('roundsMax', roundsMax)
  const data = compacted(outcomes)
  const { slates, ids, itemClicks, slotClicks } = data
  const isFree = equalSlots ? slotClicks.map(() => false) : freeSlots(data)
  const v = new Float64Array(ids.length).fill(1)
  const l = new Float64Array(slotClicks.length).fill(1)
  let rounds = 0
  let isConverged = false
  while (rounds < roundsMax && !isConverged) {
    rounds++
    let change = 0
    const byItem = new Float64Array(ids.length)
    forEachPlace(slates, v, l, (item, slot, none) => {
      byItem[item] = (byItem[item] as number) + none * (l[slot] as number)
    })
    for (let item = 0; item < v.length; item++) {
      const next =
        ((itemClicks[item] as number) + priorClicks) / ((byItem[item] as number) + priorNoClickImpressions)
      change = Math.max(change, relativeChange(v[item] as number, next))
      v[item] = next
    }
    const bySlot = new Float64Array(l.length)
    forEachPlace(slates, v, l, (item, slot, none) => {
      bySlot[slot] = (bySlot[slot] as number) + none * (v[item] as number)
    })
    for (let slot = 1; slot < l.length; slot++) {
      if (!isFree[slot]) continue
      const next = (slotClicks[slot] as number) / (bySlot[slot] as number)
      change = Math.max(change, relativeChange(l[slot] as number, next))
      l[slot] = next
    }
    isConverged = change < tolerance
  }
  return {
    utilities: new Map(ids.map((id, item) => [id, v[item] as number])),
    slotEffects: Array.from(l),
    logLikelihood: logLikelihood(slates, v, l),
    rounds,
    isConverged,
  }
}

interface Slate {
  readonly items: Int32Array
  readonly interactions: number
  readonly clicks: readonly number[]
}

interface Compacted {
  readonly slates: readonly Slate[]
  readonly ids: readonly string[]
  readonly itemClicks: readonly number[]
  readonly slotClicks: readonly number[]
}

/** Outcomes of the same slate in one row, with items by number. */
function compacted(outcomes: Iterable<SlateOutcome>): Compacted {
  const places = new Map<string, number>()
  const rows = new Map<string, { items: Int32Array; interactions: number; clicks: number[] }>()
  const itemClicks: number[] = []
  const slotClicks: number[] = [0]
  for (const { itemIds, interactions, clicks } of outcomes) {
    if (interactions === 0 || itemIds.length === 0) continue
    const items = Int32Array.from(itemIds, (id) => {
      const known = places.get(id)
      if (known !== undefined) return known
      places.set(id, places.size)
      itemClicks.push(0)
      return places.size - 1
    })
    const key = items.join()
    const row = rows.get(key) ?? { items, interactions: 0, clicks: clicks.map(() => 0) }
    rows.set(key, row)
    row.interactions += interactions
    for (const [slot, count] of clicks.entries()) {
      const item = items[slot] as number
      row.clicks[slot] = (row.clicks[slot] as number) + count
      itemClicks[item] = (itemClicks[item] as number) + count
      slotClicks[slot] = (slotClicks[slot] ?? 0) + count
    }
  }
  return { slates: [...rows.values()], ids: [...places.keys()], itemClicks, slotClicks }
}

/**
 * Slots whose effect the data can tell from the items': those joined to slot 0 by clicked items that have been in
 * both. Elsewhere only the products of v and l have a maximum.
 */
function freeSlots({ slates, itemClicks, slotClicks }: Compacted): boolean[] {
  const isJoined = slotClicks.map((_, slot) => slot === 0)
  const isKnownItem = itemClicks.map(() => false)
  for (let grew = true; grew; ) {
    grew = false
    for (const { items } of slates) {
      for (const [slot, item] of items.entries()) {
        if (itemClicks[item] === 0 || isJoined[slot] === isKnownItem[item]) continue
        isJoined[slot] = true
        isKnownItem[item] = true
        grew = true
      }
    }
  }
  return isJoined
}

/** Calls back with the expected slates without a click, given v and l, for each place of each slate. */
function forEachPlace(
  slates: readonly Slate[],
  v: Float64Array,
  l: Float64Array,
  visit: (item: number, slot: number, none: number) => void,
): void {
  for (const { items, interactions } of slates) {
    let total = 1
    for (let slot = 0; slot < items.length; slot++) {
      total += (v[items[slot] as number] as number) * (l[slot] as number)
    }
    for (let slot = 0; slot < items.length; slot++) visit(items[slot] as number, slot, interactions / total)
  }
}

function logLikelihood(slates: readonly Slate[], v: Float64Array, l: Float64Array): number {
  let sum = 0
  for (const { items, interactions, clicks } of slates) {
    let total = 1
    for (let slot = 0; slot < items.length; slot++) {
      const weight = (v[items[slot] as number] as number) * (l[slot] as number)
      const count = clicks[slot] as number
      total += weight
      if (count > 0) sum += count * Math.log(weight)
    }
    sum -= interactions * Math.log(total)
  }
  return sum
}

function relativeChange(before: number, after: number): number {
  return before === after ? 0 : Math.abs(after - before) / Math.max(before, after)
}
