import { UtilitySampler } from '../../../core/statistics/sample-utility.ts'
import {
  countsOverSlots,
  credibleInterval,
  pooledPrior,
  type UtilityPosterior,
  utilityPosterior,
} from '../../../core/statistics/utility-posterior.ts'
import { type KnownPool, type Serve, visitPool } from './slate-counts.ts'
import { type Share, shareOf, shuffleFront } from './study.ts'

/** Five items, a slate of three: CTR of a slate about 4 %, and about 55 %. */
const QUIET: KnownPool = { utilities: [0.003, 0.008, 0.012, 0.02, 0.03], effects: [1, 1, 1] }
const LOUD: KnownPool = { utilities: [0.1, 0.2, 0.4, 0.6, 0.9], effects: [1, 1, 1] }
const FALLING = [1, 0.6, 0.35]
const RISING = [1, 2, 3]

const uniform: Serve = (order, random) => shuffleFront(order, 3, random)

/** Thompson sampling that learns as it serves, K highest draws, in random order; counts folded every 50 visits. */
function thompson(effects: readonly number[]): Serve {
  let sampler: UtilitySampler
  const draws = new Float64Array(5)
  return (order, random, visit, counts) => {
    if (visit % 50 === 0) {
      const items = draws.length
      const seen = Array.from({ length: items }, (_, item) => countsOverSlots(counts.of(item), effects))
      const prior = pooledPrior(seen)
      sampler = new UtilitySampler(seen.map((item) => utilityPosterior(item, prior)))
    }
    sampler.draw(draws, random)
    order.sort((one, other) => (draws[other] as number) - (draws[one] as number))
    const best = order.slice(0, 3)
    shuffleFront(best, 3, random)
    for (const [place, item] of best.entries()) order[place] = item
  }
}

/** Coverage of one pool under one policy, over all items and rounds. */
export interface CredibleCoverage {
  readonly name: string
  readonly posterior: Share
  /** Of Gamma(a + C, rate b + Z) in its place. */
  readonly gamma: Share
}

/** How often 95 % credible intervals with Jeffreys' prior hold the truth, after 3,000 visits. */
export function credibleCoverage(rounds: number): CredibleCoverage[] {
  const cases: [string, KnownPool, Serve][] = [
    ['slate CTR about 4 %, uniform', QUIET, uniform],
    ['slate CTR about 55 %, uniform', LOUD, uniform],
    ['slate CTR about 55 %, Thompson', LOUD, thompson(LOUD.effects)],
    ['slots 1, 0.6, 0.35; CTR about 3 %, uniform', { ...QUIET, effects: FALLING }, uniform],
    ['slots 1, 0.6, 0.35; CTR about 45 %, uniform', { ...LOUD, effects: FALLING }, uniform],
    ['slots 1, 0.6, 0.35; CTR about 45 %, Thompson', { ...LOUD, effects: FALLING }, thompson(FALLING)],
    ['slots 1, 2, 3; CTR about 70 %, uniform', { ...LOUD, effects: RISING }, uniform],
  ]
  return cases.map(([name, pool, serve]) => {
    let held = 0
    let heldByGamma = 0
    shareOf(rounds, ['credible', name], (random) => {
      const counts = visitPool(pool, 3000, serve, random)
      for (const [item, truth] of pool.utilities.entries()) {
        const posterior = utilityPosterior(countsOverSlots(counts.of(item), pool.effects))
        if (holds(credibleInterval(posterior), truth)) held++
        if (holds(gammaInterval(posterior), truth)) heldByGamma++
      }
      return true
    })
    const all = rounds * pool.utilities.length
    return { name, posterior: { times: held, rounds: all }, gamma: { times: heldByGamma, rounds: all } }
  })
}

/** A Beta of an enormous b is a Gamma. */
function gammaInterval({ a, b }: UtilityPosterior): readonly [number, number] {
  const [low, high] = credibleInterval({ a, b: 1e10 })
  return [(low * 1e10) / b, (high * 1e10) / b]
}

function holds([low, high]: readonly [number, number], truth: number): boolean {
  return low <= truth && truth <= high
}
