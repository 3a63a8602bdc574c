import { describe, expect, test } from 'vitest'
import { NO_USAGE } from '../../core/usage.ts'
import type { Writer, WriterRequest } from '../../ports/writer.ts'
import { budgetOf } from './budget.ts'
import { meteredLanguageModel, meteredWriter } from './metered.ts'
import { paceOf } from './pace.ts'

const spent = (modelCalls: number, costUsd: number | null = 0) => ({ ...NO_USAGE, modelCalls, costUsd })

describe('a budget', () => {
  test('never lets more calls begin than allowed, those under way counted', () => {
    const budget = budgetOf({ callsMax: 10 })
    budget.asking(4)
    budget.asking(6)
    expect(() => budget.asking(1)).toThrow(/--max-calls: 10 model calls/)
    budget.failed(6)
    budget.answered(4, spent(4))
    budget.asking(6)
    budget.answered(6, spent(6))
    expect(budget.spent.modelCalls).toBe(10)
    expect(() => budget.asking(1)).toThrow(/budget is spent/)
  })

  test('stops at its cost, and refuses a model whose price nobody knows', () => {
    const budget = budgetOf({ costUsdMax: 0.5 })
    budget.asking(1)
    budget.answered(1, spent(1, 0.6))
    expect(() => budget.asking(1)).toThrow(/--max-cost-usd: \$0.5/)
    const unknown = budgetOf({ costUsdMax: 1 })
    unknown.asking(1)
    expect(() => unknown.answered(1, spent(1, null))).toThrow(/price of this model is not known/)
  })

  test('without limits only counts', () => {
    const budget = budgetOf({})
    for (let call = 0; call < 100; call++) {
      budget.asking(1)
      budget.answered(1, spent(1, 0.01))
    }
    expect(budget.spent.modelCalls).toBe(100)
    expect(budget.spent.costUsd).toBeCloseTo(1)
  })
})

test('metered parts count what is answered, give failures back, and ask nothing beyond the budget', async () => {
  let asked = 0
  const inner: Writer = {
    name: 'inner',
    rendering: 'completion',
    isStandIn: false,
    write: async ({ samples }) => {
      asked++
      if (asked === 2) throw new Error('away')
      return { texts: [], usage: spent(samples), model: 'm' }
    },
    close: async () => {},
  }
  const budget = budgetOf({ callsMax: 8 })
  const writer = meteredWriter(inner, budget)
  const request = { samples: 4 } as WriterRequest
  await writer.write(request)
  await expect(writer.write(request)).rejects.toThrow('away')
  await writer.write(request)
  await expect(writer.write(request)).rejects.toThrow('budget is spent')
  expect(asked).toBe(3)
  expect(budget.spent.modelCalls).toBe(8)
  const model = meteredLanguageModel(
    { name: 'judge', generate: async () => ({ text: '7', usage: spent(1), model: 'm' }) },
    budgetOf({ callsMax: 0 }),
  )
  await expect(model.generate({} as never)).rejects.toThrow('budget is spent')
})

test('the pace of a kind is its own; a kind never seen counts as the mean of all', () => {
  const pace = paceOf(['slow', 'slow', 'slow', 'quick', 'quick', 'new'], 2)
  expect(pace.secondsLeft()).toBeUndefined()
  pace.ended('slow', 30)
  pace.ended('quick', 2)
  // Two slow ones, a quick one, and one like the mean of 16, in two lanes.
  expect(pace.secondsLeft()).toBe((60 + 2 + 16) / 2)
  expect([pace.done, pace.total, pace.runsPerSecond(4)]).toEqual([2, 6, 0.5])
})
