import type { Item } from '../core/item.ts'
import type { AudienceBehaviour } from '../core/persona.ts'
import { botTargets } from './bot-targets.ts'
import type { ExpectedRates } from './expected-rates.ts'
import { type SlateChances, slateChances } from './slate-chances.ts'
import { firstSubset, nextSubset, subsetCount } from './subsets.ts'
import type { VisitPlan } from './visit-plan.ts'

const SLATES_MAX = 1_000_000

/**
 * The rates of a pool whose visitors behave in some way beyond the paper's, over all slates, orders, personas,
 * tastes and bots. They are those of a visitor who has seen none of the items, and of the clicks once all have
 * been reported: wear-out hangs on what was shown before, and lateness changes when a click is known, not whether.
 *
 * Tastes are those of endlessly many people; a finite number of them scatter about it.
 *
 * @param plan its `weights` are not looked at
 * @param shares each persona's at the iteration; see `sharesAt`
 * @throws RangeError when there are more than a million slates, counted in each order where places differ
 */
export function behavingRates(
  plan: Omit<VisitPlan, 'interactions' | 'weights'>,
  shares: Float64Array,
  behaviour: AudienceBehaviour,
  items: readonly Item[],
): ExpectedRates {
  const { poolSize, slateSize } = plan
  const slates = slatesOf(poolSize, slateSize, hasSlots(behaviour))
  const chancesOf = slateChances(plan, shares, behaviour)
  const targets = botTargets(items, behaviour)
  const clicks = new Float64Array(poolSize)
  const noClicks = new Float64Array(poolSize)
  let noClick = 0
  let count = 0
  for (const slate of slates) {
    const chances = withBots(chancesOf(slate), slate, targets, behaviour)
    noClick += chances.noClick
    count++
    for (const [position, item] of slate.entries()) {
      clicks[item] = (clicks[item] as number) + (chances.clicks[position] as number)
      noClicks[item] = (noClicks[item] as number) + chances.noClick
    }
  }
  const slatesWithItem = (count * slateSize) / poolSize
  return {
    poolCtr: 1 - noClick / count,
    itemCtrs: clicks.map((sum) => sum / slatesWithItem),
    itemNoClickRates: noClicks.map((sum) => sum / slatesWithItem),
  }
}

function withBots(
  people: SlateChances,
  slate: Uint16Array,
  targets: Uint8Array,
  { bots }: AudienceBehaviour,
): SlateChances {
  if (bots === undefined) return people
  const { share, clickProbability } = bots
  const shown = slate.reduce((sum, item) => sum + (targets[item] as number), 0)
  const each = shown === 0 ? 0 : clickProbability / shown
  return {
    clicks: people.clicks.map((chance, position) => {
      return (1 - share) * chance + share * each * (targets[slate[position] as number] as number)
    }),
    noClick: (1 - share) * people.noClick + share * (1 - each * shown),
  }
}

function hasSlots({ slotEffects }: AudienceBehaviour): boolean {
  return (slotEffects ?? []).some((effect) => effect !== 1)
}

/** Every slate; in every order of its items where that matters. The same array each time, filled anew. */
function* slatesOf(poolSize: number, slateSize: number, inEachOrder: boolean): Generator<Uint16Array> {
  let count = subsetCount(poolSize, slateSize)
  for (let factor = 2; inEachOrder && factor <= slateSize; factor++) count *= factor
  if (count > SLATES_MAX) {
    throw new RangeError(`poolSize: ${poolSize} items have more than ${SLATES_MAX} slates of ${slateSize}`)
  }
  const slate = new Uint16Array(slateSize)
  firstSubset(slate)
  do {
    if (inEachOrder) yield* orders(slate.slice(), 0)
    else yield slate
  } while (nextSubset(slate, poolSize))
}

/** All orders of the entries from `first` on, by exchange in place. */
function* orders(slate: Uint16Array, first: number): Generator<Uint16Array> {
  if (first >= slate.length - 1) {
    yield slate
    return
  }
  for (let other = first; other < slate.length; other++) {
    exchange(slate, first, other)
    yield* orders(slate, first + 1)
    exchange(slate, first, other)
  }
}

function exchange(slate: Uint16Array, one: number, other: number): void {
  const kept = slate[one] as number
  slate[one] = slate[other] as number
  slate[other] = kept
}
