import { readFileSync } from 'node:fs'
import { ForageError } from '../../core/errors.ts'
import type { Persona } from '../../core/persona.ts'

/** Whom a text is for: people who shop for the topic, or readers of an article. */
export type Readership = 'shoppers' | 'readers'

/** How texts and personas are compared. Chosen on the labelled set; see docs/relevance.md. */
export interface SuitabilitySettings {
  /** Stands in for the topic's words. */
  readonly neutralWord: Readonly<Record<Readership, string>>
  /** Share of the description in a persona's vector, in [0, 1]; the rest is the mean of its examples. */
  readonly descriptionWeight: number
  /** How much of what all reference personas share is taken away, in [0, 1]. */
  readonly contrast: number
  /**
   * How far a persona's spread is drawn to that of the reference personas, in [0, 1], on a log scale: an own
   * spread from a few dozen texts is a rough figure.
   */
  readonly sharedSpread: number
}

/** Straight scores to relevance: 1 + 9 / (1 + exp(-(suitability - midpoint) / softness)). */
export interface RelevanceScale {
  readonly midpoint: number
  /** Above 0. */
  readonly softness: number
}

/** What the embedding scorer needs beside an encoder. Written by `src/lab/calibration/calibrate.ts`. */
export interface RelevanceCalibration {
  readonly encoder: string
  readonly settings: SuitabilitySettings
  readonly scale: RelevanceScale
  /** Personas that a text's likeness is held against: what suits everybody suits nobody in particular. */
  readonly reference: Readonly<Record<Readership, readonly ReferencePersona[]>>
}

export type ReferencePersona = Pick<Persona, 'key' | 'description' | 'examples'>

/**
 * The calibration that comes with Forage for an encoder.
 *
 * @throws ForageError `scorer-uncalibrated` when there is none
 */
export function builtInCalibration(encoder: string): RelevanceCalibration {
  // The same number of levels from `src/` and from `dist/`.
  const file = new URL(
    `../../../data/calibration/embedding-${encodeURIComponent(encoder)}.json`,
    import.meta.url,
  )
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RelevanceCalibration
  } catch (cause) {
    throw new ForageError(
      'scorer-uncalibrated',
      `no calibration of relevance for the encoder ${encoder}; pass \`calibration\`, or make one as docs/relevance.md says`,
      { cause },
    )
  }
}
