import { createHash } from 'node:crypto'
import type { Context } from '../../core/context.ts'
import type { Encoder } from '../../ports/encoder.ts'
import type { RelevanceScorer } from '../../ports/relevance-scorer.ts'
import {
  builtInCalibration,
  type Readership,
  type RelevanceCalibration,
  type RelevanceScale,
} from './calibration.ts'
import { suitabilityMeter } from './suitability.ts'
import type { VersionedScorer } from './versioned-scorer.ts'

/**
 * Relevance from a sentence encoder: no model call, the same answer every time, a few milliseconds a text.
 * How it works and how good it is: docs/relevance.md. It judges what a text asks, not whether the text is sound
 * or on topic: that is what the checks are for.
 *
 * @param options.calibration the one that comes with Forage for the encoder, when not given
 * @throws ForageError `scorer-uncalibrated`
 */
export function embeddingScorer(options: {
  readonly encoder: Encoder
  readonly calibration?: RelevanceCalibration
}): VersionedScorer {
  const { encoder } = options
  const calibration = options.calibration ?? builtInCalibration(encoder.name)
  const measure = suitabilityMeter(encoder, calibration.settings, calibration.reference)
  const scorer: RelevanceScorer = {
    name: `embedding:${encoder.name}`,
    encoder: encoder.name,
    async score(queries, signal) {
      const suitabilities = await measure(
        queries.map(({ text, persona, context }) => ({
          text,
          persona,
          topic: context.topic,
          readership: readershipOf(context),
        })),
        signal,
      )
      return suitabilities.map((suitability) => ({
        kind: 'scored',
        relevance: relevanceOf(suitability, calibration.scale),
      }))
    },
    // The encoder belongs to whoever made it.
    async close() {},
  }
  return { ...scorer, version: createHash('sha256').update(JSON.stringify(calibration)).digest('hex') }
}

/** Texts about an article have readers; all others have shoppers. */
export function readershipOf(context: Pick<Context, 'article'>): Readership {
  return context.article === undefined ? 'shoppers' : 'readers'
}

/** In [1, 10], rising with suitability; halfway, at 5.5, at the scale's midpoint. */
export function relevanceOf(suitability: number, scale: RelevanceScale): number {
  return 1 + 9 / (1 + Math.exp(-(suitability - scale.midpoint) / scale.softness))
}
