import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyPoolState, anySettings, poolState, settingsWith } from '../../../test/pool-states.ts'
import { InputError } from '../errors.ts'
import { type Evidence, NO_EVIDENCE } from '../evidence.ts'
import type { PoolState } from '../item-pool.ts'
import { randomStream } from '../random.ts'
import type { LoopSettings } from '../settings.ts'
import { checkStrategyFits, STRATEGIES } from './index.ts'
import type { Plan, Strategy } from './strategy.ts'

const all = [...STRATEGIES.values()]
const strategy = (key: string) => STRATEGIES.get(key) as Strategy

/** Checks a law on any state, settings and seed. */
function always(law: (state: PoolState, settings: LoopSettings, seed: number) => void): void {
  fc.assert(fc.property(anyPoolState, anySettings, fc.nat(), law), { seed: 7, numRuns: 300 })
}
const planned = (it: Strategy, state: PoolState, settings: LoopSettings, seed: number): Plan =>
  it.plan(state, settings, randomStream(seed, 'strategy'))

test('the paper’s five are there, by their keys', () => {
  expect([...STRATEGIES.keys()]).toEqual([
    'explore-exploit',
    'full-ctr',
    'partial-ctr',
    'random-ctr',
    'no-drop',
  ])
  for (const [key, { key: own, summary }] of STRATEGIES) {
    expect(own).toBe(key)
    expect(summary).toMatch(/^\S.{10,80}$/)
  }
})

describe.each(all.map((it) => [it.key, it] as const))('%s, whatever the evidence', (_, it) => {
  test('drops live items only, each once, as many as it said or all there are', () => {
    always((state, settings, seed) => {
      const { leaving } = planned(it, state, settings, seed)
      expect(state.poolIds).toEqual(expect.arrayContaining([...leaving]))
      expect(new Set(leaving).size).toBe(leaving.length)
      expect(leaving).toHaveLength(Math.min(it.leavesPerIteration(settings), state.poolIds.length))
    })
  })

  test('asks for as many texts as it drops from a full pool, or lets the pool grow by n', () => {
    always((state, settings, seed) => {
      const { requests } = planned(it, state, settings, seed)
      const asked = requests.reduce((sum, { count }) => sum + count, 0)
      expect(asked).toBe(it.leavesPerIteration(settings) || settings.replacedPerIteration)
    })
  })

  test('shows known items with their own texts, none twice, and follows known items only', () => {
    always((state, settings, seed) => {
      for (const { shown, parents } of planned(it, state, settings, seed).requests) {
        expect(new Set(shown.map(({ itemId }) => itemId)).size).toBe(shown.length)
        const texts = new Map(state.history.map(({ id, text }) => [id, text]))
        for (const { itemId, text } of shown) expect(texts.get(itemId)).toBe(text)
        for (const id of parents) expect(texts.has(id)).toBe(true)
      }
    })
  })

  test('is pure: the same arguments give the same plan, and the state stays as it was', () => {
    always((state, settings, seed) => {
      const before = structuredClone(state)
      expect(planned(it, state, settings, seed)).toEqual(planned(it, state, settings, seed))
      expect(state).toEqual(before)
    })
  })
})

describe('what each may know', () => {
  const withoutEvidence = (state: PoolState): PoolState => ({ ...state, evidence: NO_EVIDENCE })

  test.each(['random-ctr', 'no-drop'])('%s ignores the evidence', (key) => {
    always((state, settings, seed) => {
      const blind = planned(strategy(key), withoutEvidence(state), settings, seed)
      expect(planned(strategy(key), state, settings, seed)).toEqual(blind)
    })
  })

  test.each(['explore-exploit', 'full-ctr', 'partial-ctr', 'no-drop'])('%s ignores the generator', (key) => {
    always((state, settings, seed) => {
      const other = planned(strategy(key), state, settings, seed + 1)
      expect(planned(strategy(key), state, settings, seed)).toEqual(other)
    })
  })

  test.each(['partial-ctr', 'no-drop'])('%s shows the whole history in order of birth, no rates', (key) => {
    always((state, settings, seed) => {
      for (const { shown } of planned(strategy(key), state, settings, seed).requests) {
        const wanted = state.history.map(({ id, text }) => ({ itemId: id, text, ctr: null }))
        expect(shown).toEqual(wanted)
      }
    })
  })

  test('partial-ctr drops what full-ctr drops', () => {
    always((state, settings, seed) => {
      const { leaving } = planned(strategy('full-ctr'), state, settings, seed)
      expect(planned(strategy('partial-ctr'), state, settings, seed).leaving).toEqual(leaving)
    })
  })

  const showsObservedRates = (
    shown: Plan['requests'][number]['shown'],
    state: PoolState,
    window: 'life' | 'last',
  ) => {
    const rates = shown.map(({ ctr }) => ctr as number)
    expect(rates).toEqual([...rates].sort((a, b) => a - b))
    expect(new Set(shown.map(({ itemId }) => itemId))).toEqual(new Set(state.evidence.items.keys()))
    for (const { itemId, ctr } of shown) expect(ctr).toBe(observed(state.evidence, itemId, window))
  }

  test('full-ctr shows every item ever shown with its observed rate, low to high', () => {
    always((state, settings, seed) => {
      const [request] = planned(strategy('full-ctr'), state, settings, seed).requests
      showsObservedRates(request?.shown ?? [], state, settings.ctrWindow)
    })
  })

  test('explore-exploit explores from the staying pool without rates, exploits from all with rates', () => {
    always((state, settings, seed) => {
      const { leaving, requests } = planned(strategy('explore-exploit'), state, settings, seed)
      const staying = state.poolIds.filter((id) => !leaving.includes(id))
      for (const { mode, shown, parents } of requests) {
        if (mode === 'explore') {
          expect(shown.map(({ itemId, ctr }) => [itemId, ctr])).toEqual(staying.map((id) => [id, null]))
          expect(parents).toEqual([])
        } else {
          showsObservedRates(shown, state, settings.ctrWindow)
          expect(parents).toHaveLength(Math.min(1, state.evidence.items.size))
        }
      }
    })
  })

  test.each(['explore-exploit', 'full-ctr', 'partial-ctr'])(
    '%s never drops an item that did better than one it keeps',
    (key) => {
      always((state, settings, seed) => {
        const { leaving } = planned(strategy(key), state, settings, seed)
        const rate = (id: string) =>
          observed(state.evidence, id, settings.ctrWindow) ?? Number.POSITIVE_INFINITY
        const kept = state.poolIds.filter((id) => !leaving.includes(id)).map(rate)
        expect(Math.max(-1, ...leaving.map(rate))).toBeLessThanOrEqual(
          Math.min(Number.POSITIVE_INFINITY, ...kept),
        )
      })
    },
  )
})

describe('checkStrategyFits', () => {
  test('explore-exploit needs room for 2n when both prompts write', () => {
    const settings = settingsWith({ poolSize: 5, replacedPerIteration: 3 })
    expect(() => checkStrategyFits(strategy('explore-exploit'), settings, (it) => `--${it}`)).toThrow(
      new InputError(
        '--replacedPerIteration',
        3,
        "explore-exploit drops 6 items an iteration, more than the pool's 5; give a smaller number, or a larger --poolSize",
      ),
    )
    const alternate = { ...settings, exploreExploitTurns: 'alternate' as const }
    expect(() => checkStrategyFits(strategy('explore-exploit'), alternate)).not.toThrow()
    expect(() => checkStrategyFits(strategy('full-ctr'), settings)).not.toThrow()
  })

  test('no-drop fits any pool', () => {
    const settings = settingsWith({ poolSize: 1, replacedPerIteration: 1 })
    expect(() => checkStrategyFits(strategy('no-drop'), settings)).not.toThrow()
    expect(strategy('no-drop').leavesPerIteration(settings)).toBe(0)
    expect(planned(strategy('no-drop'), poolState([{}]), settings, 1).requests[0]?.count).toBe(1)
  })
})

function observed(evidence: Evidence, id: string, window: 'life' | 'last'): number | null {
  const counts = evidence.items.get(id)?.[window]
  return counts === undefined ? null : counts.clicks / counts.impressions
}
