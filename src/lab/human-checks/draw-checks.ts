import { canonicalJson } from '../../core/canonical-json.ts'
import { type Random, randomStream, shuffled } from '../../core/random.ts'
import { sha256 } from '../answer-key.ts'
import type { Check, PairCheck, PoolCheck, Side } from './check.ts'
import { type DrawnComparison, drawComparisons } from './draw-comparisons.ts'
import { type DrawnPair, drawPairs } from './draw-pairs.ts'
import type { CheckedRun } from './finished-run.ts'

export interface DrawOptions {
  readonly pairs: number
  readonly comparisons: number
  /** Least difference of relevance of a pair, above 0. */
  readonly differenceMin: number
  /** Only runs of this strategy are compared. */
  readonly strategy: string
  readonly seed: number
}

/**
 * Draws what people are asked: pairs first, then comparisons, each in random order and each side by lot. The same
 * runs, options and seed give the same checks.
 */
export function drawChecks(runs: readonly CheckedRun[], options: DrawOptions): Check[] {
  const stream = (...names: string[]) => randomStream(options.seed, 'human-checks', ...names)
  const drawnPairs = drawPairs(runs, options.pairs, options.differenceMin, stream('pairs'))
  const compared = runs.filter(({ strategy }) => strategy === options.strategy)
  const drawnComparisons = drawComparisons(compared, options.comparisons, stream('comparisons'))
  const sides = stream('sides')
  const order = stream('order')
  return [
    ...shuffled(drawnPairs, order).map((drawn, index) => pairCheck(drawn, index, sides)),
    ...shuffled(drawnComparisons, order).map((drawn, index) => poolCheck(drawn, index, sides)),
  ]
}

function pairCheck(drawn: DrawnPair, index: number, random: Random): PairCheck {
  const { higher, lower, ...common } = drawn
  const higherSide = sideByLot(random)
  const [left, right] = higherSide === 'left' ? [higher, lower] : [lower, higher]
  const id = idOf('pair', index, [common.topic, common.people, left.text, right.text])
  return { id, kind: 'question-pair', ...common, left, right, higher: higherSide }
}

function poolCheck(drawn: DrawnComparison, index: number, random: Random): PoolCheck {
  const { first, last, ...common } = drawn
  const lastSide = sideByLot(random)
  const [left, right] = lastSide === 'left' ? [last, first] : [first, last]
  const id = idOf('pool', index, [common.topic, common.people, left.texts, right.texts])
  return { id, kind: 'pool-comparison', ...common, left, right, last: lastSide }
}

/**
 * A number for people and a few digits of what is shown, so that answers to another draw are not taken for
 * answers to this one. Nothing that is not shown goes into it.
 */
function idOf(kind: string, index: number, shown: unknown): string {
  return `${kind}-${String(index + 1).padStart(3, '0')}-${sha256(canonicalJson(shown)).slice(0, 6)}`
}

function sideByLot(random: Random): Side {
  return random.integer(2) === 0 ? 'left' : 'right'
}
