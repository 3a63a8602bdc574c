import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../../core/errors.ts'
import { randomStream } from '../../core/random.ts'
import { expectedRates } from '../../simulator/expected-rates.ts'
import { simulateItemTotals } from '../../simulator/simulate-visits.ts'
import { csvText, type Section } from './document.ts'
import type { ExperimentPlan } from './plan.ts'
import { RUNS_FILE } from './results-directory.ts'
import { percent } from './results-text.ts'
import { parseRunLine, type RunLine } from './run-line.ts'

/** S, the visits of an iteration, from 100 to 50,000 as in the paper. */
export const VARIANCE_INTERACTIONS = [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000]
const REPEATS = 100

/** A first pool, with what one persona thinks of it. */
export interface JudgedPool {
  readonly audience: string
  readonly topic: string
  readonly seed: number
  readonly relevances: Float64Array
}

/** One S, over all pools and repeats. CTR in [0, 1]. */
export interface VarianceRow {
  readonly interactions: number
  /** Of the measured pool CTR about the truth, root mean square. */
  readonly poolDeviation: number
  /** sqrt(p (1 - p) / S), root mean square over pools: what independent visits give. */
  readonly theory: number
  /** Of the measured CTR of an item about the truth, root mean square. */
  readonly itemDeviation: number
  /** Repeats in which the item with the lowest measured CTR is the truly worst one. */
  readonly worstFound: number
}

/**
 * The variance study takes the paper's populations of one persona: a mixture's relevance by persona is not kept.
 *
 * @throws InputError
 */
export function checkVariancePlan({ domains }: Pick<ExperimentPlan, 'domains'>): void {
  for (const { name, population } of domains.flatMap(({ audiences }) => audiences)) {
    if (population.personas.length > 1) {
      throw new InputError('--audiences', name, 'give populations of one persona')
    }
    if (population.behaviour !== undefined) {
      throw new InputError(
        '--audiences',
        name,
        "the study is of the paper's click model; leave behaviour out",
      )
    }
  }
}

/** How far the CTR that is measured in S visits lies from the truth, in closed form, over 100 repeats a pool. */
export function varianceRows(plan: ExperimentPlan, pools: readonly JudgedPool[]): VarianceRow[] {
  if (pools.length === 0) return []
  const audiences = new Map(plan.domains.flatMap((domain) => domain.audiences.map((one) => [one.name, one])))
  const { slateSize } = plan.settings
  return VARIANCE_INTERACTIONS.map((interactions) => {
    const sums = { pool: 0, theory: 0, item: 0, items: 0, found: 0 }
    for (const { audience, topic, seed, relevances } of pools) {
      const population = audiences.get(audience)?.population
      if (population === undefined) continue
      const { choiceTemperature, noClickScore } = population
      const visits = {
        relevances,
        weights: Float64Array.of(1),
        poolSize: relevances.length,
        slateSize: Math.min(slateSize, relevances.length),
        choiceTemperature,
        noClickScore,
        interactions,
      }
      const truth = expectedRates(visits)
      const worst = relevances.indexOf(Math.min(...relevances))
      sums.theory += (REPEATS * truth.poolCtr * (1 - truth.poolCtr)) / interactions
      for (let repeat = 0; repeat < REPEATS; repeat++) {
        const random = randomStream(seed, 'variance', audience, topic, interactions, repeat)
        const { clicked, clicks, impressions } = simulateItemTotals(visits, random)
        sums.pool += (clicked / interactions - truth.poolCtr) ** 2
        let lowest = 0
        const ctrs = Array.from(clicks, (count, item) => count / Math.max(1, impressions[item] as number))
        for (const [item, ctr] of ctrs.entries()) {
          sums.item += (ctr - (truth.itemCtrs[item] as number)) ** 2
          sums.items++
          if (ctr < (ctrs[lowest] as number)) lowest = item
        }
        // Items of the same relevance are the worst together.
        if (relevances[lowest] === relevances[worst]) sums.found++
      }
    }
    const repeats = pools.length * REPEATS
    return {
      interactions,
      poolDeviation: Math.sqrt(sums.pool / repeats),
      theory: Math.sqrt(sums.theory / repeats),
      itemDeviation: Math.sqrt(sums.item / sums.items),
      worstFound: sums.found / repeats,
    }
  })
}

/** Everything that is printed and written into `variance.md`. */
export function varianceSections(
  rows: readonly VarianceRow[],
  pools: number,
  names: { readonly writer: string; readonly scorer: string },
): Section[] {
  return [
    {
      kind: 'text',
      text: `${pools} first pools by writer ${names.writer}, judged by ${names.scorer}; ${REPEATS} repeats of each number of visits.`,
    },
    {
      kind: 'table',
      title: 'Variance of the measured CTR',
      note: 'Standard deviation about the truth, in percentage points, of the CTR of the pool and of one item; what independent visits give in theory; how often the item with the lowest CTR is the worst one.',
      header: ['S', 'pool CTR', 'in theory', 'item CTR', 'worst found'],
      rows: rows.map(({ interactions, poolDeviation, theory, itemDeviation, worstFound }) => [
        String(interactions),
        points(poolDeviation),
        points(theory),
        points(itemDeviation),
        `${percent(worstFound)} %`,
      ]),
    },
  ]
}

export function varianceCsv(rows: readonly VarianceRow[]): string {
  return csvText(
    ['interactions', 'pool_deviation', 'theory', 'item_deviation', 'worst_found'],
    rows.map((row) => [row.interactions, row.poolDeviation, row.theory, row.itemDeviation, row.worstFound]),
  )
}

/** The first pools of the runs that are kept in a directory. */
export function readJudgedPools(path: string): JudgedPool[] {
  const lines = readFileSync(join(path, RUNS_FILE), 'utf8').split('\n').slice(0, -1)
  return lines.map(parseRunLine).flatMap(judgedPools)
}

/** The first pool of a run; none where not all of its texts were judged. */
export function judgedPools(line: RunLine): JudgedPool[] {
  if (line.kind !== 'finished') return []
  const { audience, topic, seed, firstPool } = line
  const relevances = firstPool.map(({ relevance }) => relevance).filter((value) => value !== null)
  if (relevances.length < firstPool.length) return []
  return [{ audience, topic, seed, relevances: Float64Array.from(relevances) }]
}

function points(share: number): string {
  return (100 * share).toFixed(2)
}
