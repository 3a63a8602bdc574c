/** A simulated cohort with one interest. */
export interface Persona {
  readonly key: string
  readonly name: string
  /** One or two sentences: what such people look for. */
  readonly description: string
  /** A few texts such people would click, about any topic; they sharpen the embedding scorer. */
  readonly examples: readonly string[]
}

/** A mix of cohorts. Each visit draws one persona with probability weight over the sum of weights. */
export interface Population {
  readonly personas: readonly WeightedPersona[]
  /** T in the paper: softness of the choice. Above 0; 1.5 in the paper. */
  readonly choiceTemperature: number
  /** RS in the paper: strength of clicking nothing, on the scale of relevance; 11 in the paper. */
  readonly noClickScore: number
  /** What such people do beyond the paper's click model; nothing when left out. */
  readonly behaviour?: AudienceBehaviour
}

/** Ways in which simulated people differ from the paper's, each off when left out. `docs/simulator.md` has the formulas. */
export interface AudienceBehaviour {
  /** l: effect of each place of the slate on an item's click weight. K numbers above 0, the first of them 1. */
  readonly slotEffects?: readonly number[]
  /** Standard deviation of one visitor's relevance of one item about his persona's, on the scale of relevance. */
  readonly tasteDeviation?: number
  /** How many people there are, who come back; left out, each visit is by somebody new. Changes nothing by itself. */
  readonly visitors?: number
  /** Factor on an item's click weight for each time this visitor has seen it before, above 0 to 1. Needs `visitors`. */
  readonly wearOut?: number
  readonly drift?: InterestDrift
  /** Of the clicks that have not been reported, the share that waits for one more iteration, from 0 to below 1. */
  readonly lateClicks?: number
  readonly bots?: ClickBots
}

/** The mix of personas moves in equal steps from the population's weights to others. */
export interface InterestDrift {
  /** Weights at the end, by persona key; 0 for those left out. */
  readonly weights: Readonly<Record<string, number>>
  /** Steps from the first mix to the last; whole, at least 1. */
  readonly iterations: number
  /** Last iteration with the first mix; 0 when left out. */
  readonly startsAt?: number
}

/** Visits by programs, which read nothing. */
export interface ClickBots {
  /** Share of all visits, 0 to 1. */
  readonly share: number
  /** Chance that one clicks, where its slate holds something that it clicks. */
  readonly clickProbability: number
  /**
   * What it clicks: the live item at this place by age (0 is the oldest), or the items whose text holds these
   * words in any case. Left out, any item.
   */
  readonly target?: number | string
}

export interface WeightedPersona {
  readonly persona: Persona
  /** Above 0. */
  readonly weight: number
}
