import type { PoolVersion } from '../../core/live/live-item.ts'
import type { SlateTally } from '../../core/live/tallies.ts'
import { rateSequence } from '../../core/statistics/rate-sequence.ts'

/** Slates of one pool version, or of one iteration. */
export interface PoolStatistics {
  readonly slates: number
  readonly clicked: number
  /** Clicked slates over slates; null without a slate. */
  readonly ctr: number | null
  /** The same of slates that were drawn uniformly at random: the pool's own CTR, whatever the policy. */
  readonly uniform: {
    readonly slates: number
    readonly clicked: number
    readonly ctr: number | null
    /**
     * At all looks, 95 %, widened by the arm's design effect; null where more than one pool was served, so that there
     * is not one rate.
     */
    readonly interval: readonly [number, number] | null
  }
}

export interface VersionStatistics extends PoolStatistics {
  readonly version: number
  /** null for a version whose record is not read any more. */
  readonly iteration: number | null
}

export interface IterationStatistics extends PoolStatistics {
  readonly iteration: number
  readonly versions: readonly number[]
}

/** Slate CTR by version, oldest first. @param designEffect of the arm's slates */
export function versionStatistics(
  tallies: readonly SlateTally[],
  versions: readonly PoolVersion[],
  designEffect: number,
): VersionStatistics[] {
  const iterationOf = new Map(versions.map(({ version, iteration }) => [version, iteration]))
  return [...grouped(tallies, ({ version }) => version)]
    .sort(([a], [b]) => a - b)
    .map(([version, own]) => ({
      version,
      iteration: iterationOf.get(version) ?? null,
      ...poolStatistics(own, designEffect),
    }))
}

/** Slate CTR by iteration, oldest first; versions after a ban or an edit are counted to their iteration. */
export function iterationStatistics(
  tallies: readonly SlateTally[],
  versions: readonly PoolVersion[],
  designEffect: number,
): IterationStatistics[] {
  const iterationOf = new Map(versions.map(({ version, iteration }) => [version, iteration]))
  const known = tallies.filter(({ version }) => iterationOf.has(version))
  return [...grouped(known, ({ version }) => iterationOf.get(version) as number)]
    .sort(([a], [b]) => a - b)
    .map(([iteration, own]) => ({
      iteration,
      versions: [...new Set(own.map(({ version }) => version))].sort((a, b) => a - b),
      ...poolStatistics(own, designEffect),
    }))
}

function poolStatistics(tallies: readonly SlateTally[], designEffect: number): PoolStatistics {
  const all = sum(tallies)
  const uniformTallies = tallies.filter(({ isUniform }) => isUniform)
  const uniform = sum(uniformTallies)
  const isOnePool = new Set(uniformTallies.map(({ version }) => version)).size === 1
  return {
    ...all,
    ctr: rate(all),
    uniform: {
      ...uniform,
      ctr: rate(uniform),
      interval: isOnePool
        ? rateSequence({ successes: uniform.clicked, trials: uniform.slates }, { designEffect })
        : null,
    },
  }
}

function sum(tallies: readonly SlateTally[]): { slates: number; clicked: number } {
  return tallies.reduce(
    (total, { slates, clicked }) => ({ slates: total.slates + slates, clicked: total.clicked + clicked }),
    { slates: 0, clicked: 0 },
  )
}

function rate({ slates, clicked }: { slates: number; clicked: number }): number | null {
  return slates === 0 ? null : clicked / slates
}

function grouped<T>(values: readonly T[], keyOf: (value: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>()
  for (const value of values) {
    const key = keyOf(value)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [value])
    else group.push(value)
  }
  return groups
}
