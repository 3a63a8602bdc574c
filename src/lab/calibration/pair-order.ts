import { type Random, randomStream } from '../../core/random.ts'

/** A labelled text with its score for every persona of its readership. */
export interface ScoredText {
  readonly topic: string
  /** Key of the persona it suits; null suits none. */
  readonly persona: string | null
  readonly scores: Readonly<Record<string, number>>
}

export interface OrderFigures {
  /** Share of (persona, text that suits it, text that does not) in which the first text scores higher; ties count half. */
  readonly pairOrder: number
  /** Pairs behind it. */
  readonly pairs: number
  /** Share of labelled texts whose own persona scores highest. */
  readonly rightPersonaFirst: number
}

/** An estimate with its 95 % interval, all in [0, 1]. */
export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** How well scores agree with the labels. */
export function orderFigures(texts: readonly ScoredText[]): OrderFigures {
  let rightPairs = 0
  let pairs = 0
  let rightFirst = 0
  let labelled = 0
  for (const persona of new Set(texts.flatMap((text) => Object.keys(text.scores)))) {
    const known = texts.filter((text) => text.scores[persona] !== undefined)
    const scoreOf = (text: ScoredText) => text.scores[persona] as number
    for (const suiting of known.filter((text) => text.persona === persona)) {
      labelled += 1
      if (Object.values(suiting.scores).every((score) => score <= scoreOf(suiting))) rightFirst += 1
      for (const other of known) {
        if (other.persona === persona) continue
        pairs += 1
        const difference = scoreOf(suiting) - scoreOf(other)
        rightPairs += difference > 0 ? 1 : difference === 0 ? 0.5 : 0
      }
    }
  }
  return { pairOrder: rightPairs / pairs, pairs, rightPersonaFirst: rightFirst / labelled }
}

/**
 * Bootstrap over topics, because texts of one topic share their difficulty: percentile intervals of 1,000
 * resamples.
 */
export function orderEstimates(
  texts: readonly ScoredText[],
  seed: number,
): Record<'pairOrder' | 'rightPersonaFirst', Estimate> {
  const groups = groupedByTopic(texts)
  const random = randomStream(seed, 'bootstrap')
  const resamples = Array.from({ length: 1000 }, () => orderFigures(resample(groups, random)))
  const whole = orderFigures(texts)
  const estimate = (name: 'pairOrder' | 'rightPersonaFirst'): Estimate => {
    const sorted = resamples.map((figures) => figures[name]).sort((one, other) => one - other)
    return { value: whole[name], low: sorted[24] as number, high: sorted[975] as number }
  }
  return { pairOrder: estimate('pairOrder'), rightPersonaFirst: estimate('rightPersonaFirst') }
}

/** Texts by topic, topics in the order they first come. */
export function groupedByTopic<T extends { readonly topic: string }>(texts: readonly T[]): T[][] {
  const groups = new Map<string, T[]>()
  for (const text of texts) groups.set(text.topic, [...(groups.get(text.topic) ?? []), text])
  return [...groups.values()]
}

function resample<T>(groups: readonly (readonly T[])[], random: Random): T[] {
  return groups.flatMap(() => groups[random.integer(groups.length)] as readonly T[])
}
