import type { Item } from '../item.ts'
import { poolItems } from '../item-pool.ts'
import { type RatedItem, shownWithRates, sortedByRate, worstIds } from './rating.ts'
import type { Strategy } from './strategy.ts'

/** The paper draws the made-up rates between 0 and 15 %. */
const MADE_UP_CTR_MAX = 0.15

/**
 * The paper: each item gets a random CTR between 0 and 15 %; the n lowest leave, and the prompt holds every
 * item with these rates, sorted. It shows what the loop does when the numbers mean nothing.
 *
 * Reading: rates are drawn anew each iteration, uniformly, and the same rates decide both what leaves and
 * what the prompt shows.
 */
export const randomCtr: Strategy = {
  key: 'random-ctr',
  summary: 'as full-ctr, but with made-up rates (a control)',
  leavesPerIteration: (settings) => settings.replacedPerIteration,
  plan(state, settings, random) {
    const rates = new Map<Item['id'], number>()
    for (const item of state.history) rates.set(item.id, random.uniform() * MADE_UP_CTR_MAX)
    const withRates = (items: readonly Item[]): RatedItem[] =>
      items.map((item) => ({ item, ctr: rates.get(item.id) ?? null }))
    return {
      leaving: worstIds(withRates(poolItems(state)), settings.replacedPerIteration, state.pinnedIds),
      requests: [
        {
          mode: 'random-ctr',
          prompt: 'history-rated',
          count: settings.replacedPerIteration,
          shown: shownWithRates(sortedByRate(withRates(state.history))),
          parents: [],
        },
      ],
    }
  },
}
