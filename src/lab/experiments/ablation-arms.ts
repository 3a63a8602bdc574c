import type { PoolState } from '../../core/item-pool.ts'
import { poolItems } from '../../core/item-pool.ts'
import { type Random, shuffled } from '../../core/random.ts'
import type { LoopSettings } from '../../core/settings.ts'
import { exploitRequest, exploreExploit, exploreRequest } from '../../core/strategies/explore-exploit.ts'
import { fullCtr } from '../../core/strategies/full-ctr.ts'
import { partialCtr } from '../../core/strategies/partial-ctr.ts'
import {
  rated,
  shownWithoutRates,
  shownWithRates,
  sortedByRate,
  worstIds,
} from '../../core/strategies/rating.ts'
import type { Strategy, WriteRequest } from '../../core/strategies/strategy.ts'

type RequestOf = (
  state: PoolState,
  settings: LoopSettings,
  leaving: readonly string[],
  random: Random,
) => WriteRequest

/** Drops the n worst by observed CTR, as the paper's strategies do, and asks one prompt for n texts. */
function arm(key: string, summary: string, requestOf: RequestOf): Strategy {
  return {
    key,
    summary,
    leavesPerIteration: ({ replacedPerIteration }) => replacedPerIteration,
    plan(state, settings, random) {
      const pool = rated(poolItems(state), state, settings)
      const leaving = worstIds(pool, settings.replacedPerIteration)
      return { leaving, requests: [requestOf(state, settings, leaving, random)] }
    },
  }
}

function asking(
  mode: string,
  prompt: WriteRequest['prompt'],
  { replacedPerIteration }: LoopSettings,
  shown: WriteRequest['shown'],
): WriteRequest {
  return { mode, prompt, count: replacedPerIteration, shown, parents: [] }
}

/** The rates are those of the log, each on the wrong item: the same numbers, which say nothing. */
const shuffledCtr = arm(
  'shuffled-ctr',
  'the whole log with its rates on the wrong items',
  (state, settings, _leaving, random) => {
    const known = rated(state.history, state, settings).filter(({ ctr }) => ctr !== null)
    const rates = shuffled(
      known.map(({ ctr }) => ctr),
      random,
    )
    const mixed = known.map(({ item }, index) => ({ item, ctr: rates[index] ?? null }))
    return asking('shuffled-ctr', 'history-rated', settings, shownWithRates(sortedByRate(mixed)))
  },
)

const poolRated = arm('pool-rated', 'the live pool with its rates', (state, settings) =>
  asking(
    'pool-rated',
    'history-rated',
    settings,
    shownWithRates(sortedByRate(rated(poolItems(state), state, settings))),
  ),
)

const poolPlain = arm('pool-plain', 'the live pool without rates', (state, settings) =>
  asking('pool-plain', 'history', settings, shownWithoutRates(poolItems(state))),
)

const nothing = arm('nothing', 'the topic alone', (_state, settings) =>
  asking('nothing', 'seed', settings, []),
)

const exploreOnly = arm(
  'explore-only',
  'the explore prompt: the items that stay, without rates; on new subjects',
  (state, settings, leaving) => exploreRequest(state, leaving, settings),
)

const exploitOnly = arm(
  'exploit-only',
  'the exploit prompt: the whole log with its rates; around the best',
  (state, settings) => exploitRequest(state, settings),
)

/** As many births an iteration as the other arms, so that only the prompts differ. */
const alternate: Strategy = {
  key: 'alternate',
  summary: 'the explore and the exploit prompt in turn',
  leavesPerIteration: ({ replacedPerIteration }) => replacedPerIteration,
  plan: (state, settings, random) =>
    exploreExploit.plan(state, { ...settings, exploreExploitTurns: 'alternate' }, random),
}

/** What a prompt holds, by arm, in the order of the tables. */
export const ABLATION_ARMS: ReadonlyMap<string, { readonly strategy: Strategy; readonly holds: string }> =
  new Map(
    (
      [
        [nothing, nothing.summary],
        [poolPlain, poolPlain.summary],
        [partialCtr, 'the whole log without rates'],
        [shuffledCtr, shuffledCtr.summary],
        [poolRated, poolRated.summary],
        [fullCtr, 'the whole log with its rates'],
        [exploreOnly, exploreOnly.summary],
        [exploitOnly, exploitOnly.summary],
        [alternate, alternate.summary],
        [exploreExploit, 'both prompts each iteration, so twice the births'],
      ] as const
    ).map(([strategy, holds]) => [strategy.key, { strategy, holds }]),
  )

/** The same as strategies, by key. */
export const ABLATION_STRATEGIES: ReadonlyMap<string, Strategy> = new Map(
  [...ABLATION_ARMS].map(([key, { strategy }]) => [key, strategy]),
)
