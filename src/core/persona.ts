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
}

export interface WeightedPersona {
  readonly persona: Persona
  /** Above 0. */
  readonly weight: number
}
