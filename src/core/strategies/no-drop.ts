import { shownWithoutRates } from './rating.ts'
import type { Strategy } from './strategy.ts'

/**
 * The paper: nothing leaves, the pool grows by n each iteration; the prompt holds every item, without CTRs.
 * The evidence is not used at all.
 */
export const noDrop: Strategy = {
  key: 'no-drop',
  summary: 'drop nothing; the pool grows',
  leavesPerIteration: () => 0,
  plan(state, settings) {
    return {
      leaving: [],
      requests: [
        {
          mode: 'no-drop',
          prompt: 'history',
          count: settings.replacedPerIteration,
          shown: shownWithoutRates(state.history),
          parents: [],
        },
      ],
    }
  },
}
