import { poolItems } from '../item-pool.ts'
import { rated, shownWithoutRates, worstIds } from './rating.ts'
import type { Strategy } from './strategy.ts'

/**
 * The paper: the n items with the lowest observed CTR leave; the prompt holds every item ever written for
 * the context, without CTRs, and asks for n new ones. The evidence decides what leaves, not what is written.
 *
 * Reading: the history is shown in order of birth, which says nothing about the CTR.
 */
export const partialCtr: Strategy = {
  key: 'partial-ctr',
  summary: 'drop the worst; show the writer every item without CTR',
  leavesPerIteration: (settings) => settings.replacedPerIteration,
  plan(state, settings) {
    return {
      leaving: worstIds(
        rated(poolItems(state), state, settings),
        settings.replacedPerIteration,
        state.pinnedIds,
      ),
      requests: [
        {
          mode: 'partial-ctr',
          prompt: 'history',
          count: settings.replacedPerIteration,
          shown: shownWithoutRates(state.history),
          parents: [],
        },
      ],
    }
  },
}
