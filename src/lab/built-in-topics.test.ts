import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { loadTopicSet, TOPIC_SET_NAMES } from './topic-set.ts'

const WORDS = { min: 150, max: 250 }
/** Two articles that share so many words in a row would hold one sentence twice. */
const RUN_LENGTH = 8

const sets = await Promise.all(TOPIC_SET_NAMES.map((name) => loadTopicSet(name)))
const [shopping, knowledge] = sets as [(typeof sets)[number], (typeof sets)[number]]
const articles = knowledge.topics.map(({ topic, article = '' }) => ({ topic, article }))

test.each(sets.map((set) => [set.key, set] as const))('%s has 50 topics, each once', (key, set) => {
  expect(set).toMatchObject({ key, domain: key, isBuiltInTask: true })
  expect(set.topics).toHaveLength(50)
  expect(new Set(set.topics.map(({ topic }) => topic.toLowerCase())).size).toBe(50)
})

test('each domain has the five personas of the paper', () => {
  const personas = sets.map(({ audiences }) => audiences.map(({ name }) => name))
  expect(personas).toEqual([
    ['price', 'quality', 'brand-reputation', 'features', 'ethics'],
    ['discussion', 'history', 'event', 'person', 'location'],
  ])
})

test('the tasks are shopping questions without articles and article questions with', () => {
  expect(sets.map(({ task }) => task.key)).toEqual(['shopping-question', 'article-question'])
  expect(shopping.topics.every((topic) => !('article' in topic))).toBe(true)
})

describe('articles', () => {
  test.each(articles.map(({ topic, article }) => [topic, article]))('%s', async (_topic, article) => {
    const words = wordsOf(article).length
    expect(words).toBeGreaterThanOrEqual(WORDS.min)
    expect(words).toBeLessThanOrEqual(WORDS.max)
    expect(article.match(/[^\p{L}\p{N} \n.,;:?'()-]/gu)).toBeNull()
    // Paragraphs are lines, with an empty line between; no list, no heading.
    for (const paragraph of article.split('\n\n')) expect(paragraph).toMatch(/^[\p{Lu}].*[.?]$/u)
    // Years and questions: readers drawn to history, and to debate, find something.
    expect(article).toMatch(/\b(1[0-9]{3}|20[0-2][0-9]|BC|AD [0-9]+)\b/)
    expect(article).toMatch(/\?|debate|argue|dispute|disagree|critics/i)
  })

  test('the files are as they are read: UTF-8, no control characters, one line end at the end', async () => {
    const names = await readdir('data/articles')
    const texts = await Promise.all(names.map((name) => readFile(`data/articles/${name}`, 'utf8')))
    expect(texts.map((text) => text.replace(/\n$/, '')).sort()).toEqual(
      articles.map(({ article }) => article).sort(),
    )
  })

  test('docs/data.md says how long they are', async () => {
    const lengths = articles.map(({ article }) => wordsOf(article).length)
    const range = `${Math.min(...lengths)} to ${Math.max(...lengths)}`
    expect(await readFile('docs/data.md', 'utf8')).toContain(`Each has ${range} words`)
  })

  test('no two share eight words in a row', () => {
    const owner = new Map<string, string>()
    const shared: string[] = []
    for (const { topic, article } of articles) {
      const words = wordsOf(article).map((word) => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''))
      for (let start = 0; start + RUN_LENGTH <= words.length; start++) {
        const run = words.slice(start, start + RUN_LENGTH).join(' ')
        if ((owner.get(run) ?? topic) !== topic) shared.push(`${owner.get(run)} and ${topic}: ${run}`)
        owner.set(run, topic)
      }
    }
    expect(shared).toEqual([])
  })
})

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}
