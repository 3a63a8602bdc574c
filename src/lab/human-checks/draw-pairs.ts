import { canonicalJson } from '../../core/canonical-json.ts'
import type { Random } from '../../core/random.ts'
import { drawEvenly, type Stratum } from './draw-evenly.ts'
import type { CheckedRun, ScoredText } from './finished-run.ts'

/** Two texts of one topic for one persona, as one scorer sees them. */
export interface DrawnPair {
  readonly task: string
  readonly topic: string
  readonly people: string
  readonly scorer: string
  readonly higher: ScoredText
  readonly lower: ScoredText
}

/** Rounding of relevances that are sums of shares. */
const ROUNDING = 1e-9
/** What a generator can draw from; a topic with more texts than 92,000 gives the first of its pairs. */
const PAIRS_MAX = 2 ** 32

/**
 * Pairs of different relevance, evenly over topics and personas. Runs with more than one persona give none: their
 * relevance is a mean over personas, about which no reader can be asked.
 *
 * @param differenceMin least difference of relevance, on the scale of 1 to 10; two equal ones are never a pair
 */
export function drawPairs(
  runs: readonly CheckedRun[],
  count: number,
  differenceMin: number,
  random: Random,
): DrawnPair[] {
  const groups = new Map<string, { run: CheckedRun; texts: Map<string, ScoredText> }>()
  for (const run of runs) {
    if (run.people.length !== 1) continue
    const { task, topic, article, people, scorer } = run
    const key = canonicalJson([task, topic, article ?? null, people, scorer])
    const group = groups.get(key) ?? { run, texts: new Map() }
    groups.set(key, group)
    for (const text of run.texts) if (!group.texts.has(text.text)) group.texts.set(text.text, text)
  }
  const strata = [...groups.values()].map(({ run, texts }) =>
    pairsOf(run, [...texts.values()], Math.max(differenceMin, 2 * ROUNDING)),
  )
  return drawEvenly(strata, count, random)
}

function pairsOf(run: CheckedRun, texts: readonly ScoredText[], differenceMin: number): Stratum<DrawnPair> {
  const { task, topic, people, scorer } = run
  const sorted = [...texts].sort((one, other) => one.relevance - other.relevance)
  /** Pairs whose higher text comes before each place: with each text go those that are far enough below it. */
  const before: number[] = []
  let pairs = 0
  let below = 0
  for (const { relevance } of sorted) {
    before.push(pairs)
    while (relevance - (sorted[below] as ScoredText).relevance >= differenceMin - ROUNDING) below += 1
    pairs += below
  }
  return {
    size: Math.min(pairs, PAIRS_MAX),
    at(index) {
      const place = lastAtMost(before, index)
      const lower = sorted[index - (before[place] as number)] as ScoredText
      return { task, topic, people: people.join('\n'), scorer, higher: sorted[place] as ScoredText, lower }
    },
  }
}

/** The last place of a rising list whose value is at most `limit`. */
function lastAtMost(rising: readonly number[], limit: number): number {
  let low = 0
  let high = rising.length
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if ((rising[middle] as number) <= limit) low = middle
    else high = middle
  }
  return low
}
