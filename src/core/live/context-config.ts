/**
 * How one context of the live service is run. Parsed at the edge (`service/contract`); inside, trusted.
 * Shares are fractions in [0, 1]; times are whole seconds.
 */
export interface ContextConfig {
  /** N: live items. */
  readonly poolSize: number
  /** K: items shown together where a request names no other size. */
  readonly slateSize: number
  /** n: items written by each prompt in an iteration. */
  readonly replacedPerIteration: number
  readonly candidatesPerBirth: number
  readonly writeAttemptsMax: number
  readonly samplingTemperature: number
  /** Visitors are shared out over the arms by hash; shares add up to 1. The first arm is the main one. */
  readonly arms: readonly ArmConfig[]
  readonly due: DueRule
  /**
   * How long after it was issued a slate takes impressions and clicks. Its visit counts when the time is over,
   * so that a slate without a click by then is known to have none.
   */
  readonly attributionWindowSeconds: number
  readonly caps: EvidenceCaps
  /** `required`: texts wait for a person's approval before they are served. */
  readonly approval: 'none' | 'required'
  readonly budget: Budget
  /** Wishes for the writer, in plain words: data in its prompts, bound by the checks as everything else. */
  readonly notes?: string
}

export interface ArmConfig {
  /** `live`, `holdout`, or any name of an A/B test; `a-z0-9-`, 1 to 40 characters. */
  readonly key: string
  /** Share of visitors, in [0, 1]. */
  readonly share: number
  /** A frozen arm keeps its first pool: the holdout. */
  readonly isFrozen: boolean
  readonly strategy: string
  /** As `--writer` takes it; the service's own when left out. */
  readonly writer?: string
  readonly policy: PolicyConfig
}

export type PolicyConfig =
  | { readonly kind: 'uniform' }
  /** Thompson over utilities; `uniformShare` of the slates are drawn uniformly at random instead. */
  | { readonly kind: 'thompson'; readonly uniformShare: number }

/** When an arm's pool is rewritten: as soon as one of the rules that are given is met. */
export interface DueRule {
  /** Counted visits since the last iteration (the paper's every N). */
  readonly interactions?: number
  /** Seconds since the last iteration, once there is any counted visit. */
  readonly everySeconds?: number
  /**
   * As soon as the evidence tells the worst live item from the best at this error rate, in (0, 0.5): by e-values
   * over pairs, so that looking often costs nothing.
   */
  readonly evidence?: number
}

/** Beyond these a visit is kept but left out of the counts. Per UTC day of the slate's issue. */
export interface EvidenceCaps {
  readonly slatesPerVisitor: number
  readonly clickedSlatesPerVisitor: number
  readonly slatesPerNetwork: number
  readonly clickedSlatesPerNetwork: number
  /** Clicks faster than this after the slate was issued are taken for a machine's. */
  readonly clickMsMin: number
  /** An item is held up to the writer as an example only when this many visitors clicked on it. */
  readonly clickersMin: number
}

/** Limits of spending; null for none. A day is a UTC day. */
export interface Budget {
  readonly callsPerDay: number | null
  readonly tokensPerDay: number | null
  readonly usdPerDay: number | null
  readonly calls: number | null
  readonly tokens: number | null
  readonly usd: number | null
}

export const NO_BUDGET: Budget = {
  callsPerDay: null,
  tokensPerDay: null,
  usdPerDay: null,
  calls: null,
  tokens: null,
  usd: null,
}

export const MAIN_ARM = 'live'
export const HOLDOUT_ARM = 'holdout'

/** The paper's settings, with a holdout of one visitor in twenty and an iteration every 5,000 visits. */
export const DEFAULT_CONTEXT_CONFIG: ContextConfig = {
  poolSize: 5,
  slateSize: 3,
  replacedPerIteration: 1,
  candidatesPerBirth: 4,
  writeAttemptsMax: 4,
  samplingTemperature: 0.9,
  arms: [
    { key: MAIN_ARM, share: 0.95, isFrozen: false, strategy: 'explore-exploit', policy: { kind: 'uniform' } },
    {
      key: HOLDOUT_ARM,
      share: 0.05,
      isFrozen: true,
      strategy: 'explore-exploit',
      policy: { kind: 'uniform' },
    },
  ],
  due: { interactions: 5000 },
  attributionWindowSeconds: 1800,
  caps: {
    slatesPerVisitor: 500,
    clickedSlatesPerVisitor: 20,
    slatesPerNetwork: 5000,
    clickedSlatesPerNetwork: 500,
    clickMsMin: 200,
    clickersMin: 3,
  },
  approval: 'none',
  budget: NO_BUDGET,
}
