import type { SourcePattern } from '../../../core/statistics/carried-lead.ts'
import type { ItemSpread } from '../../../ports/store/pools.ts'
import type { ArmCounts } from './counts.ts'

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

/** See `PoolStore.clickPatterns`. */
export function clickPatternsOf({ sources }: ArmCounts, itemIds: readonly string[]): SourcePattern[] {
  const byItem = itemIds.map((itemId) => sources.get(itemId)?.networks ?? new Map<string, number>())
  const patterns = new Map<string, { clicks: number[]; sources: number }>()
  for (const network of new Set(byItem.flatMap((networks) => [...networks.keys()]))) {
    const clicks = byItem.map((networks) => networks.get(network) ?? 0)
    const pattern = patterns.get(clicks.join(' ')) ?? { clicks, sources: 0 }
    pattern.sources++
    patterns.set(clicks.join(' '), pattern)
  }
  return [...patterns.values()].sort((a, b) => {
    const place = a.clicks.findIndex((one, item) => one !== b.clicks[item])
    return (a.clicks[place] as number) - (b.clicks[place] as number)
  })
}
