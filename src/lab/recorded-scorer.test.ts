import { expect, test } from 'vitest'
import type { RelevanceQuery, RelevanceScorer } from '../ports/relevance-scorer.ts'
import { memoryAnswerLog } from '../testing/memory-answer-log.ts'
import { recordedScorer, recordingScorer } from './recorded-scorer.ts'

const persona = { key: 'price', name: 'Price', description: 'Wants it cheap.', examples: [] }
const query = (text: string): RelevanceQuery => ({
  text,
  persona,
  context: { key: 'shopping-question/vacuums', task: 'shopping-question', topic: 'Vacuums' },
})

/** Scores by the number of the call, so that asking twice would show. */
function countingScorer() {
  const batches: string[][] = []
  let calls = 0
  let isClosed = false
  const scorer: RelevanceScorer = {
    name: 'counting',
    encoder: 'minilm',
    async score(queries) {
      batches.push(queries.map(({ text }) => text))
      return queries.map(({ text }) => {
        calls++
        return text === ''
          ? { kind: 'rejected', reason: 'empty' }
          : { kind: 'scored', relevance: 1 + calls / 3 }
      })
    },
    async close() {
      isClosed = true
    },
  }
  return { scorer, batches, isClosed: () => isClosed }
}

test('asks only for what is not kept, keeps the order, and is played again to the last bit', async () => {
  const log = memoryAnswerLog({ scorer: { name: 'counting', encoder: 'minilm' } })
  const { scorer, batches, isClosed } = countingScorer()
  const recording = recordingScorer(scorer, log)
  expect(recording).toMatchObject({ name: 'counting', encoder: 'minilm' })
  await recording.score([query('b')])
  const queries = ['a', 'b', '', 'c', 'a'].map(query)
  const results = await recording.score(queries)
  expect(batches).toEqual([['b'], ['a', '', 'c', 'a']])
  expect(results[1]).toEqual({ kind: 'scored', relevance: 1 + 1 / 3 })
  expect(results[2]).toEqual({ kind: 'rejected', reason: 'empty' })
  expect(results[4]).toEqual(results[0])
  expect(await recording.score([])).toEqual([])
  expect(batches).toHaveLength(2)
  const replay = recordedScorer(log)
  expect(replay).toMatchObject({ name: 'counting', encoder: 'minilm' })
  expect(await replay.score(queries)).toEqual(results)
  await recording.close()
  expect(isClosed()).toBe(true)
})

test('a text, persona or topic that was never scored is an error', async () => {
  const log = memoryAnswerLog({ scorer: { name: 'counting' } })
  await recordingScorer(countingScorer().scorer, log).score([query('a')])
  const replay = recordedScorer(log)
  const asked = query('a')
  for (const changed of [
    query('b'),
    { ...asked, persona: { ...persona, description: 'Wants it dear.' } },
    { ...asked, context: { ...asked.context, topic: 'Drills' } },
  ]) {
    await expect(replay.score([asked, changed])).rejects.toMatchObject({ code: 'scorer-unseen' })
  }
})

test('a log without a scorer cannot be replayed; an aborted signal throws its reason', async () => {
  expect(() => recordedScorer(memoryAnswerLog({}))).toThrow(/names no scorer/)
  const log = memoryAnswerLog({ scorer: { name: 'counting' } })
  const { scorer, batches } = countingScorer()
  for (const one of [recordedScorer(log), recordingScorer(scorer, log)]) {
    await expect(one.score([query('a')], AbortSignal.abort('stop'))).rejects.toBe('stop')
  }
  expect(batches).toEqual([])
})
