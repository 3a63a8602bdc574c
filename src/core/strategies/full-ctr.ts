import { poolItems } from '../item-pool.ts'
import { rated, shownWithRates, sortedByRate, worstIds } from './rating.ts'
import type { Strategy } from './strategy.ts'

/**
 * The paper: the n items with the lowest observed CTR leave; the prompt holds every item ever written for
 * the context, those that left too, each with its CTR, sorted from low to high; it asks for n items that are
 * likely to get a high CTR and are unlike those before.
 *
 * Reading: the CTR is the one of the window in the settings; items never shown have none and are not in the
 * prompt. The two best are recorded as parents, since the prompt ends with them.
 */
export const fullCtr: Strategy = {
  key: 'full-ctr',
  summary: 'drop the worst; show the writer every item with its CTR',
  leavesPerIteration: (settings) => settings.replacedPerIteration,
  plan(state, settings) {
    const history = sortedByRate(rated(state.history, state, settings))
    const shown = shownWithRates(history)
    return {
      leaving: worstIds(
        rated(poolItems(state), state, settings),
        settings.replacedPerIteration,
        state.pinnedIds,
      ),
      requests: [
        {
          mode: 'full-ctr',
          prompt: 'history-rated',
          count: settings.replacedPerIteration,
          shown,
          parents: shown
            .slice(-2)
            .reverse()
            .map(({ itemId }) => itemId),
        },
      ],
    }
  },
}
