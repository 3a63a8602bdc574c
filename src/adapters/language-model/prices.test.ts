import { expect, test } from 'vitest'
import { costUsd } from './prices.ts'

test.each([
  ['openai', 'gpt-4.1-mini', 0.4 + 1.6],
  ['openai', 'gpt-4.1-mini-2025-04-14', 0.4 + 1.6],
  ['openai', 'gpt-4.1', 2 + 8],
  ['anthropic', 'claude-haiku-4-5-20251001', 1 + 5],
  ['anthropic', 'claude-sonnet-4-5', 3 + 15],
  ['google', 'gemini-2.5-flash-lite', 0.1 + 0.4],
  ['google', 'gemini-2.0-flash-001', 0.1 + 0.4],
  ['bedrock', 'amazon.nova-lite-v1:0', 0.06 + 0.24],
])('a million tokens in and out of %s %s', (provider, model, expected) => {
  expect(costUsd(provider, model, 1_000_000, 1_000_000)).toBeCloseTo(expected, 10)
})

test('a model without a known price costs null, not nothing', () => {
  expect(costUsd('openai', 'gpt-4.1-turbo', 1, 1)).toBeNull()
  expect(costUsd('openai', 'gpt-9', 1, 1)).toBeNull()
  expect(costUsd('openai-compatible', 'gpt-4.1', 1, 1)).toBeNull()
  expect(costUsd('openai', 'gpt-4.1', 0, 0)).toBe(0)
})
