import { wilsonInterval } from '../core/statistics/proportions.ts'
import type { IterationFinished } from '../lab/run-events.ts'

/** One point of the curves: an iteration, or a block of neighbouring ones in a long run. */
export interface CurvePoint {
  readonly firstIteration: number
  readonly lastIteration: number
  /** Clicked interactions over interactions, in [0, 1]. */
  readonly ctr: number
  /** 95 % Wilson interval of `ctr` over the point's interactions. */
  readonly interval: readonly [number, number]
  readonly interactions: number
  /** Mean of the iterations' average relevance, in [1, 10]; null when any of them has none. */
  readonly relevance: number | null
}

/**
 * The points of the curves: each iteration by itself up to `pointsMax`, else blocks of equally many
 * iterations, with their visits counted together.
 */
export function curvePoints(iterations: readonly IterationFinished[], pointsMax: number): CurvePoint[] {
  const blockSize = Math.max(1, Math.ceil(iterations.length / pointsMax))
  const points: CurvePoint[] = []
  for (let start = 0; start < iterations.length; start += blockSize) {
    const block = iterations.slice(start, start + blockSize)
    const interactions = block.reduce((sum, iteration) => sum + iteration.interactions, 0)
    const clicked = block.reduce((sum, iteration) => sum + iteration.clicked, 0)
    const relevances = block.map((iteration) => iteration.averageRelevance)
    points.push({
      firstIteration: (block[0] as IterationFinished).iteration,
      lastIteration: (block.at(-1) as IterationFinished).iteration,
      ctr: interactions === 0 ? 0 : clicked / interactions,
      interval: interactions === 0 ? [0, 1] : wilsonInterval({ successes: clicked, trials: interactions }),
      interactions,
      relevance: relevances.includes(null)
        ? null
        : (relevances as number[]).reduce((sum, relevance) => sum + relevance, 0) / block.length,
    })
  }
  return points
}

/** `iteration 3`, or `iterations 30 to 39` for a block. */
export function iterationsOf(point: CurvePoint): string {
  return point.firstIteration === point.lastIteration
    ? `iteration ${point.firstIteration}`
    : `iterations ${point.firstIteration} to ${point.lastIteration}`
}
