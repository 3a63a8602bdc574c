import { canonicalJson } from '../../core/canonical-json.ts'
import { type Random, shuffled } from '../../core/random.ts'
import { drawEvenly } from './draw-evenly.ts'
import type { CheckedRun, ShownPool } from './finished-run.ts'

/** The first and the last pool of one run, the texts of each in random order. */
export interface DrawnComparison {
  readonly task: string
  readonly topic: string
  readonly people: string
  readonly strategy: string
  readonly seed: number
  readonly writer: string
  readonly scorer: string
  readonly first: ShownPool
  readonly last: ShownPool
}

/**
 * Comparisons of IP_0 with the last pool, evenly over topics and audiences. A run whose two pools hold the same
 * texts gives none; two runs with the same two pools give one.
 */
export function drawComparisons(
  runs: readonly CheckedRun[],
  count: number,
  random: Random,
): DrawnComparison[] {
  const strata = new Map<string, DrawnComparison[]>()
  const seen = new Set<string>()
  for (const { texts: _, writerIsStandIn: __, article, people: list, ...run } of runs) {
    const people = list.join('\n')
    const where = canonicalJson([run.task, run.topic, article ?? null, people])
    const pools = [run.first, run.last].map(({ texts }) => [...texts].sort())
    const what = canonicalJson([where, pools])
    if (canonicalJson(pools[0]) === canonicalJson(pools[1]) || seen.has(what)) continue
    seen.add(what)
    strata.set(where, [...(strata.get(where) ?? []), { ...run, people }])
  }
  const drawn = drawEvenly(
    [...strata.values()].map((list) => ({
      size: list.length,
      at: (index) => list[index] as DrawnComparison,
    })),
    count,
    random,
  )
  return drawn.map((comparison) => ({
    ...comparison,
    // The order of birth would tell which pool is the older.
    first: { ...comparison.first, texts: shuffled(comparison.first.texts, random) },
    last: { ...comparison.last, texts: shuffled(comparison.last.texts, random) },
  }))
}
