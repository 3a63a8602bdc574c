import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { TaskDefinition } from '../task.ts'
import { checkCandidate } from './check-candidate.ts'

const read = <T>(path: string): T =>
  JSON.parse(readFileSync(new URL(`../../../data/${path}`, import.meta.url), 'utf8')) as T

type TaskKey = 'shopping-question' | 'article-question' | 'headline' | 'follow-up'
const natural = read<{ tasks: Record<TaskKey, Record<string, string[]>> }>('checks/natural-texts.json')
const labelled = read<{ topics: { topic: string; meanings: string[][] }[] }>('checks/paraphrases.json')
const task = (key: TaskKey) => read<TaskDefinition>(`tasks/${key}.json`)

function refusals(texts: readonly string[], topic: string, definition: TaskDefinition): string[] {
  const context = { key: 'test', task: definition.key, topic }
  const input = { task: definition, context, earlier: [], vectorOf: () => undefined }
  return texts.flatMap((text) => {
    const refusal = checkCandidate({ text }, input)
    return refusal === null ? [] : [`${text} -> ${refusal.reason}: ${refusal.detail}`]
  })
}

describe('natural texts pass', () => {
  test('there are at least 150', () => {
    const count = Object.values(natural.tasks).flatMap((topics) => Object.values(topics).flat()).length
    expect(count).toBeGreaterThanOrEqual(150)
  })

  for (const key of Object.keys(natural.tasks) as TaskKey[]) {
    test.each(Object.entries(natural.tasks[key]))(`${key}: %s`, (topic, texts) => {
      expect(refusals(texts, topic, task(key))).toEqual([])
    })

    test(`${key}: its own shots, each for its own topic`, () => {
      const definition = task(key)
      const found = definition.shots.flatMap((shot) => {
        const others = { ...definition, shots: definition.shots.filter((other) => other !== shot) }
        // The shot's article has the words of its items.
        const own = { ...others, shots: [] }
        return refusals([...shot.items, ...shot.alike], shot.topic, shot.article === undefined ? others : own)
      })
      expect(found).toEqual([])
    })
  }

  test('the labelled texts, as questions about an article', () => {
    const definition = { ...task('article-question'), shots: task('shopping-question').shots }
    const questions = labelled.topics.flatMap(({ topic, meanings }) =>
      refusals(
        meanings.flat().filter((text) => text.endsWith('?') && text.split(' ').length >= 4),
        topic,
        definition,
      ),
    )
    expect(questions).toEqual([])
  })
})
