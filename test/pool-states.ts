import fc from 'fast-check'
import type { ItemCounts, ItemEvidence } from '../src/core/evidence.ts'
import type { PoolState } from '../src/core/item-pool.ts'
import { DEFAULT_SETTINGS, type LoopSettings } from '../src/core/settings.ts'

/** An item of a made-up state: `[clicks, impressions]`, or nothing when it was never shown. */
export interface StateItem {
  readonly text?: string
  readonly life?: readonly [clicks: number, impressions: number]
  /** As `life` when left out. */
  readonly last?: readonly [clicks: number, impressions: number]
  /** False for an item that left. */
  readonly live?: boolean
}

/** A state of items `i0`, `i1`, ... in order of birth. */
export function poolState(items: readonly StateItem[], iteration = 2): PoolState {
  const ids = items.map((_, index) => `i${index}`)
  const evidence = new Map<string, ItemEvidence>()
  for (const [index, { life, last = life }] of items.entries()) {
    if (life === undefined || last === undefined) continue
    evidence.set(`i${index}`, { life: counts(life), last: counts(last), lastIteration: iteration })
  }
  return {
    context: { key: 'shopping-question/kettles', task: 'shopping-question', topic: 'Kettles' },
    iteration,
    history: items.map(({ text }, index) => ({
      id: `i${index}`,
      text: text ?? `Text of i${index}`,
      mode: 'seed',
      parents: [],
      bornAt: 0,
      writtenBy: 'nobody',
      promptVersion: 'seed@1',
    })),
    poolIds: ids.filter((_, index) => items[index]?.live !== false),
    evidence: { items: evidence, iterations: new Map() },
  }
}

function counts([clicks, impressions]: readonly [number, number]): ItemCounts {
  return { clicks, impressions, noClickImpressions: impressions - clicks }
}

export function settingsWith(changes: Partial<LoopSettings> = {}): LoopSettings {
  return { ...DEFAULT_SETTINGS, ...changes }
}

const shownCounts = fc
  .tuple(fc.nat({ max: 20 }), fc.integer({ min: 1, max: 20 }))
  .map(([clicks, impressions]): [number, number] => [Math.min(clicks, impressions), impressions])
// A reading of a few words, so that subjects meet.
const text = fc
  .array(fc.constantFrom('price', 'cost', 'noise', 'steel', 'lid', 'kettle', 'the', 'safe'), { maxLength: 4 })
  .map((words) => words.join(' '))

/** Any state of 1 to 12 items, of which at least one is live. */
export const anyPoolState: fc.Arbitrary<PoolState> = fc
  .record({
    items: fc.array(
      fc.record(
        { text, life: shownCounts, last: shownCounts, live: fc.boolean() },
        { requiredKeys: ['text', 'live'] },
      ),
      { minLength: 1, maxLength: 12 },
    ),
    iteration: fc.nat({ max: 20 }),
  })
  .map(({ items, iteration }) => {
    const oneLives = items.some(({ live }) => live)
      ? items
      : items.map((item, index) => (index === 0 ? { ...item, live: true } : item))
    return poolState(oneLives, iteration)
  })

export const anySettings: fc.Arbitrary<LoopSettings> = fc
  .record({
    replacedPerIteration: fc.integer({ min: 1, max: 4 }),
    ctrWindow: fc.constantFrom('life' as const, 'last' as const),
    exploreExploitTurns: fc.constantFrom('both' as const, 'alternate' as const),
  })
  .map(settingsWith)
