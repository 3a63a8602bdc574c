import { readFileSync } from 'node:fs'
import type { Readership, RelevanceCalibration } from '../../adapters/relevance-scorer/calibration.ts'
import { relevanceOf } from '../../adapters/relevance-scorer/embedding.ts'
import { suitabilityMeter } from '../../adapters/relevance-scorer/suitability.ts'
import type { Encoder } from '../../ports/encoder.ts'
import type { LabelledText, PoolText } from './labelled-texts.ts'
import { mean, type PoolFigures, poolFigures, READERSHIPS, scoredLabels, scoredTexts } from './measure.ts'
import { type Estimate, type OrderFigures, orderEstimates, orderFigures } from './pair-order.ts'

/** What docs/relevance.md reports and the floor that a test holds. */
export interface RelevanceFigures {
  readonly texts: Readonly<Record<Readership, number>>
  readonly topics: Readonly<Record<Readership, number>>
  readonly order: Readonly<Record<Readership, Record<'pairOrder' | 'rightPersonaFirst', Estimate>>>
  /** Mean over both readerships and both halves; settings chosen on the other half of the topics. */
  readonly heldOut: { readonly pairOrder: number; readonly rightPersonaFirst: number }
  readonly personas: readonly PersonaFigures[]
  readonly described: readonly DescribedFigures[]
  readonly odd: readonly { readonly what: string; readonly price: number; readonly history: number }[]
}

export interface PersonaFigures extends PoolFigures {
  readonly key: string
  readonly pairOrder: number
  /** Relevance of the labelled texts that suit it: lower quartile, median, upper quartile. */
  readonly suiting: readonly [number, number, number]
  /** Mean relevance of the labelled texts that do not. */
  readonly otherMean: number
}

/** A persona known by its description only. */
export interface DescribedFigures {
  readonly description: string
  readonly suitingMean: number
  readonly firstPoolMean: number
  /** Share of (suiting text, text of a first pool) in which the suiting one scores higher. */
  readonly pairOrder: number
}

interface DescribedPersonas {
  readonly personas: readonly {
    readonly task: string
    readonly description: string
    readonly texts: readonly { readonly topic: string; readonly text: string }[]
  }[]
}

interface OddTexts {
  readonly texts: readonly { readonly what: string; readonly text: string }[]
}

export async function relevanceFigures(
  encoder: Encoder,
  calibration: RelevanceCalibration,
  data: {
    readonly labelled: readonly LabelledText[]
    readonly firstPools: readonly PoolText[]
    readonly heldOut: readonly OrderFigures[]
  },
): Promise<RelevanceFigures> {
  const { settings, reference, scale } = calibration
  const labels = await scoredLabels(encoder, settings, reference, data.labelled)
  const personas: PersonaFigures[] = []
  for (const readership of READERSHIPS) {
    const pool = await scoredTexts(encoder, settings, reference, data.firstPools, readership)
    for (const { key } of reference[readership]) {
      const relevances = labels[readership].map(({ persona, scores }) => ({
        suits: persona === key,
        relevance: relevanceOf(scores[key] as number, scale),
      }))
      const suiting = relevances.filter(({ suits }) => suits).map(({ relevance }) => relevance)
      const others = relevances.filter(({ suits }) => !suits).map(({ relevance }) => relevance)
      const one = labels[readership].map((text) => ({
        ...text,
        scores: { [key]: text.scores[key] as number },
      }))
      personas.push({
        key,
        pairOrder: orderFigures(one).pairOrder,
        suiting: [quantile(suiting, 0.25), quantile(suiting, 0.5), quantile(suiting, 0.75)],
        otherMean: mean(others),
        ...poolFigures(
          pool.map(({ topic, scores }) => ({ topic, suitability: scores[key] as number })),
          scale,
        ),
      })
    }
  }
  return {
    texts: { shoppers: labels.shoppers.length, readers: labels.readers.length },
    topics: { shoppers: topicCount(labels.shoppers), readers: topicCount(labels.readers) },
    order: { shoppers: orderEstimates(labels.shoppers, 1), readers: orderEstimates(labels.readers, 1) },
    heldOut: {
      pairOrder: mean(data.heldOut.map(({ pairOrder }) => pairOrder)),
      rightPersonaFirst: mean(data.heldOut.map(({ rightPersonaFirst }) => rightPersonaFirst)),
    },
    personas,
    described: await describedFigures(encoder, calibration, data.firstPools),
    odd: await oddFigures(encoder, calibration),
  }
}

async function describedFigures(
  encoder: Encoder,
  { settings, reference, scale }: RelevanceCalibration,
  firstPools: readonly PoolText[],
): Promise<DescribedFigures[]> {
  const measure = suitabilityMeter(encoder, settings, reference)
  const results: DescribedFigures[] = []
  for (const { task, description, texts } of (readData('described-personas.json') as DescribedPersonas)
    .personas) {
    const readership = task === 'shopping-question' ? 'shoppers' : 'readers'
    const persona = { description, examples: [] }
    const relevancesOf = async (asked: readonly { topic: string; text: string }[]) => {
      const suitabilities = await measure(
        asked.map(({ topic, text }) => ({ topic, text, readership, persona })),
      )
      return suitabilities.map((suitability) => relevanceOf(suitability, scale))
    }
    const suiting = await relevancesOf(texts)
    const first = await relevancesOf(firstPools.filter((text) => text.readership === readership))
    results.push({
      description,
      suitingMean: mean(suiting),
      firstPoolMean: mean(first),
      pairOrder: mean(suiting.map((one) => mean(first.map((other) => (one > other ? 1 : 0))))),
    })
  }
  return results
}

async function oddFigures(encoder: Encoder, { settings, reference, scale }: RelevanceCalibration) {
  const measure = suitabilityMeter(encoder, settings, reference)
  const scoreFor = async (
    readership: Readership,
    key: string,
    topic: string,
    keywords: string,
    template: string,
  ) => {
    const persona = reference[readership].find((other) => other.key === key)
    if (persona === undefined) throw new Error(`no persona ${key}`)
    const text = template
      .replaceAll('{topic}', topic)
      .replaceAll('{keywords}', keywords)
      .replaceAll('{description}', persona.description)
    const [suitability] = await measure([{ text, topic, readership, persona }])
    return relevanceOf(suitability as number, scale)
  }
  const results: { what: string; price: number; history: number }[] = []
  for (const { what, text } of (readData('odd-texts.json') as OddTexts).texts) {
    results.push({
      what,
      price: await scoreFor('shoppers', 'price', 'rice cookers', 'price cost cheap discount value', text),
      history: await scoreFor('readers', 'history', 'Kabuki', 'history origins past centuries', text),
    })
  }
  return results
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number
}

function topicCount(texts: readonly { readonly topic: string }[]): number {
  return new Set(texts.map(({ topic }) => topic)).size
}

function readData(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../../data/calibration/${name}`, import.meta.url), 'utf8'))
}
