import type { SlateOutcome } from '../../../core/evidence.ts'
import type { UtilityCounts } from '../../../core/statistics/utility-posterior.ts'
import type { FastRandom } from '../../../simulator/fast-random.ts'
import { clickedPlace } from './study.ts'

/** A pool whose truth is known. */
export interface KnownPool {
  /** v by item. */
  readonly utilities: readonly number[]
  /** l by slot; as many as a slate has places. */
  readonly effects: readonly number[]
}

/** Puts the next slate at the front of `order`, which holds each item once; `visit` counts from 0. */
export type Serve = (order: number[], random: FastRandom, visit: number, counts: SlotCounts) => void

/** Clicks and no-click impressions by item and slot: what the service keeps. */
export class SlotCounts {
  readonly clicks: Float64Array
  readonly noClicks: Float64Array
  readonly slots: number

  constructor(items: number, slots: number) {
    this.slots = slots
    this.clicks = new Float64Array(items * slots)
    this.noClicks = new Float64Array(items * slots)
  }

  of(item: number): UtilityCounts[] {
    return Array.from({ length: this.slots }, (_, slot) => ({
      clicks: this.clicks[item * this.slots + slot] as number,
      noClickImpressions: this.noClicks[item * this.slots + slot] as number,
    }))
  }
}

/** Counts of `visits` visits to a pool, and the outcome of each slate when they are asked for. */
export function visitPool(
  { utilities, effects }: KnownPool,
  visits: number,
  serve: Serve,
  random: FastRandom,
  outcomes?: SlateOutcome[],
): SlotCounts {
  const slots = effects.length
  const counts = new SlotCounts(utilities.length, slots)
  const order = utilities.map((_, item) => item)
  const weights = new Float64Array(slots)
  for (let visit = 0; visit < visits; visit++) {
    serve(order, random, visit, counts)
    for (let slot = 0; slot < slots; slot++) {
      weights[slot] = (utilities[order[slot] as number] as number) * (effects[slot] as number)
    }
    const clicked = clickedPlace(weights, random)
    if (clicked < 0) {
      for (let slot = 0; slot < slots; slot++) counts.noClicks[(order[slot] as number) * slots + slot]! += 1
    } else {
      counts.clicks[(order[clicked] as number) * slots + clicked]! += 1
    }
    outcomes?.push({
      iteration: 0,
      itemIds: order.slice(0, slots).map(String),
      interactions: 1,
      clicks: Array.from(weights, (_, slot) => (slot === clicked ? 1 : 0)),
    })
  }
  return counts
}
