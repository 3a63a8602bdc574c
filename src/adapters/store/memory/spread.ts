import type { ClickPair, ItemSpread } from '../../../ports/store/pools.ts'
import { type ArmBase, type ArmCounts, together } from './counts.ts'

/** See `PoolStore.clickSpread`. */
export function clickSpreadOf(
  { visitors, sources, unclicked }: ArmCounts,
  itemIds: readonly string[],
  visitorsMax: number,
): ItemSpread[] {
  const sampled = new Set([...visitors.keys()].sort().slice(0, visitorsMax))
  return [...itemIds]
    .sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
    .flatMap((itemId) => {
      const expected = new Map<string, number>()
      let shareSquared = 0
      for (const { slates, byItem, byVisitor } of unclicked.values()) {
        const shown = byItem.get(itemId)
        if (shown === undefined) continue
        const share = shown / slates
        for (const [visitor, own] of byVisitor) {
          if (!sampled.has(visitor)) continue
          expected.set(visitor, (expected.get(visitor) ?? 0) + own * share)
          shareSquared += own * share * share
        }
      }
      const clicks = new Map(
        [...(sources.get(itemId)?.visitors ?? [])].filter(([visitor]) => sampled.has(visitor)),
      )
      if (expected.size === 0 && clicks.size === 0) return []
      const sum = (of: (clicks: number, expected: number) => number) =>
        [...new Set([...expected.keys(), ...clicks.keys()])].reduce(
          (total, visitor) => total + of(clicks.get(visitor) ?? 0, expected.get(visitor) ?? 0),
          0,
        )
      return [
        {
          itemId,
          clicks: sum((c) => c),
          clicksSquared: sum((c) => c * c),
          expected: sum((_, z) => z),
          expectedSquared: sum((_, z) => z * z),
          clicksTimesExpected: sum((c, z) => c * z),
          shareSquared,
        },
      ]
    })
}

/** See `PoolStore.clickPairs`. */
export function clickPairsOf(
  counts: ArmCounts,
  base: ArmBase,
  {
    first,
    second,
    by,
  }: { readonly first: string; readonly second: string; readonly by: 'network' | 'visitor' },
): ClickPair[] {
  const { sources } = together(counts, base)
  const clicksOn = (itemId: string): ReadonlyMap<string, number> =>
    sources.get(itemId)?.[by === 'network' ? 'networks' : 'visitors'] ?? new Map<string, number>()
  const [onFirst, onSecond] = [clicksOn(first), clicksOn(second)]
  const pairs = new Map<string, { first: number; second: number; sources: number }>()
  for (const source of new Set([...onFirst.keys(), ...onSecond.keys()])) {
    const pair = { first: onFirst.get(source) ?? 0, second: onSecond.get(source) ?? 0 }
    const name = `${pair.first} ${pair.second}`
    const own = pairs.get(name) ?? { ...pair, sources: 0 }
    own.sources++
    pairs.set(name, own)
  }
  return [...pairs.values()].sort((a, b) => a.first - b.first || a.second - b.second)
}
