import type {
  Readership,
  ReferencePersona,
  RelevanceScale,
  SuitabilitySettings,
} from '../../adapters/relevance-scorer/calibration.ts'
import { relevanceOf } from '../../adapters/relevance-scorer/embedding.ts'
import { suitabilityMeter } from '../../adapters/relevance-scorer/suitability.ts'
import type { Encoder } from '../../ports/encoder.ts'
import { PAPER_CHOICE } from '../../simulator/click-model.ts'
import { expectedPoolCtr } from '../../simulator/expected-rates.ts'
import type { LabelledText, PoolText } from './labelled-texts.ts'
import { groupedByTopic, type ScoredText } from './pair-order.ts'

export type ReferencePersonas = Readonly<Record<Readership, readonly ReferencePersona[]>>
export const READERSHIPS: readonly Readership[] = ['shoppers', 'readers']

/** Suitability of texts of one readership for each of its reference personas. */
export async function scoredTexts<T extends PoolText>(
  encoder: Encoder,
  settings: SuitabilitySettings,
  reference: ReferencePersonas,
  texts: readonly T[],
  readership: Readership,
): Promise<(T & { scores: Record<string, number> })[]> {
  const measure = suitabilityMeter(encoder, settings, reference)
  const scored = texts
    .filter((text) => text.readership === readership)
    .map((text) => ({ ...text, scores: {} as Record<string, number> }))
  for (const persona of reference[readership]) {
    const suitabilities = await measure(scored.map((text) => ({ ...text, persona })))
    for (const [index, text] of scored.entries()) text.scores[persona.key] = suitabilities[index] as number
  }
  return scored
}

/** The labelled set under some settings, both readerships. */
export async function scoredLabels(
  encoder: Encoder,
  settings: SuitabilitySettings,
  reference: ReferencePersonas,
  labelled: readonly LabelledText[],
): Promise<Record<Readership, ScoredText[]>> {
  return {
    shoppers: await scoredTexts(encoder, settings, reference, labelled, 'shoppers'),
    readers: await scoredTexts(encoder, settings, reference, labelled, 'readers'),
  }
}

export interface PoolFigures {
  readonly meanRelevance: number
  /** Closed form with the paper's click rule: the first five texts of each topic, slates of three; mean over topics. */
  readonly poolCtr: number
}

/** What one persona makes of first pools. Topics with fewer than three texts have no pool CTR and are left out there. */
export function poolFigures(
  texts: readonly { readonly topic: string; readonly suitability: number }[],
  scale: RelevanceScale,
): PoolFigures {
  const relevances = texts.map(({ topic, suitability }) => ({
    topic,
    relevance: relevanceOf(suitability, scale),
  }))
  const poolCtrs = groupedByTopic(relevances)
    .map((pool) => Float64Array.from(pool.slice(0, 5), ({ relevance }) => relevance))
    .filter((pool) => pool.length >= 3)
    .map((pool) =>
      expectedPoolCtr({
        ...PAPER_CHOICE,
        relevances: pool,
        weights: Float64Array.of(1),
        poolSize: pool.length,
        slateSize: 3,
      }),
    )
  return { meanRelevance: mean(relevances.map(({ relevance }) => relevance)), poolCtr: mean(poolCtrs) }
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
