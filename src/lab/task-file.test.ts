import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { InputError } from '../core/errors.ts'
import type { TaskDefinition } from '../core/task.ts'
import { checkedTask, loadTask, TASK_NAMES } from './task-file.ts'
import { taskJsonSchema } from './task-schema.ts'

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8')
const documentation = await read('docs/tasks.md')
const EXAMPLE = /```json\n([\s\S]*?)```/.exec(documentation)?.[1] as string

type Changed = Record<string, unknown> & {
  constraints: Record<string, unknown>
  completion: Record<string, unknown>
  shots: Record<string, unknown>[]
}

/** The documentation's example after a change. */
function changed(change: (task: Changed) => void): Changed {
  const task = JSON.parse(EXAMPLE) as Changed
  change(task)
  return task
}

function loaded(content: unknown, path = 'mine.json') {
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  return loadTask(path, { readFile: async () => new TextEncoder().encode(text) })
}

/** Names of all fields in a JSON Schema. */
function fieldNames(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { properties = {} } = schema as { properties?: object }
  return [...Object.keys(properties), ...Object.values(schema).flatMap(fieldNames)]
}

async function mistake(answer: Promise<unknown>): Promise<string> {
  const error: unknown = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(InputError)
  return (error as InputError).message
}

describe('built-in tasks', () => {
  test.each(TASK_NAMES)('%s passes its own schema and checks', async (name) => {
    const { task, isBuiltIn } = await loadTask(name)
    expect(isBuiltIn).toBe(true)
    expect(task.key).toBe(name)
    expect(task.shots.length).toBeGreaterThanOrEqual(8)
  })

  test.each(['article-question', 'headline', 'follow-up'] as const)(
    '%s has articles of 40 to 70 words',
    async (name) => {
      const { task } = await loadTask(name)
      for (const { topic, article } of task.shots) {
        const words = article?.split(' ').length ?? 0
        expect(words, topic).toBeGreaterThanOrEqual(40)
        expect(words, topic).toBeLessThanOrEqual(70)
      }
    },
  )

  test.each<[string, (task: TaskDefinition) => unknown, unknown]>([
    ['shopping-question', (task) => task.constraints.wordsMax, 15],
    ['shopping-question', (task) => task.constraints.bannedWords, ['best', 'where']],
    ['article-question', (task) => task.constraints, { wordsMax: 15, ending: 'question', namesTopic: false }],
    ['headline', (task) => task.constraints, { wordsMin: 4, wordsMax: 12, ending: 'any' }],
    ['follow-up', (task) => task.constraints, { wordsMax: 15, ending: 'question', namesTopic: false }],
  ])('%s keeps to what the paper and the issue ask', async (name, part, wanted) => {
    const { task } = await loadTask(name)
    const got = part(task)
    if (typeof wanted === 'object' && !Array.isArray(wanted)) expect(got).toMatchObject(wanted as object)
    else expect(got).toEqual(wanted)
  })

  test('a built-in file by its path is the built-in task', async () => {
    const { task, isBuiltIn } = await loaded(await read('data/tasks/headline.json'))
    expect(isBuiltIn).toBe(true)
    expect(task).toEqual((await loadTask(' Headline ')).task)
  })

  test.each([
    [
      'shoping-question',
      /^--task: "shoping-question": did you mean shopping-question\? give one of shopping-q/,
    ],
    [
      'summary',
      /^--task: "summary": give one of shopping-question, article-question, headline, follow-up, or a/,
    ],
    ['', /^--task: "": give one of/],
  ])('%j is refused', async (name, message) => {
    expect(await mistake(loadTask(name))).toMatch(message)
  })
})

describe('a file', () => {
  test('the example of docs/tasks.md loads', async () => {
    const { task, isBuiltIn } = await loaded(EXAMPLE, 'tasks/email-subject.json')
    expect(isBuiltIn).toBe(false)
    expect(task).toEqual(JSON.parse(EXAMPLE))
  })

  test('a schema address is allowed and not kept', async () => {
    const { task } = await loaded(changed((it) => Object.assign(it, { $schema: './task.schema.json' })))
    expect(task).toEqual(JSON.parse(EXAMPLE))
  })

  test('docs/tasks.md names every field', () => {
    const names = fieldNames(taskJsonSchema())
    expect(names).toContain('ratedList')
    const prose = documentation.replaceAll(EXAMPLE, '')
    const isNamed = (name: string) => ['`', '.', '"'].some((before) => prose.includes(`${before}${name}`))
    expect(names.filter((name) => !isNamed(name))).toEqual([])
  })

  const ARTICLE = 'A short text about the thing in question. '.repeat(5).trim()

  test.each<[string, (task: Changed) => void, string | RegExp]>([
    ['unknown field', (it) => Object.assign(it, { nam: 1 }), 'mine.json: nam: 1: there is no such field; '],
    ['field left out', (it) => delete it.brief, 'mine.json: brief: nothing given: give a text'],
    [
      'key',
      (it) => Object.assign(it, { key: 'My Task' }),
      /^mine\.json: key: "My Task": give 1 to 64 lower-/,
    ],
    [
      'built-in key',
      (it) => Object.assign(it, { key: 'headline' }),
      'key: "headline": a built-in task has this',
    ],
    ['version', (it) => Object.assign(it, { version: 1.5 }), 'version: 1.5: give a whole number from 1'],
    ['version 0', (it) => Object.assign(it, { version: 0 }), 'version: 0: give a whole number from 1'],
    ['noun', (it) => Object.assign(it, { noun: 'title' }), 'noun: "title": give an object with one and many'],
    [
      'empty name',
      (it) => Object.assign(it, { name: ' ' }),
      'name: " ": give a text with at least one letter',
    ],
    ['two lines', (it) => Object.assign(it, { name: 'a\nb' }), 'name: "a\\nb": give one line without'],
    ['long brief', (it) => Object.assign(it, { brief: 'a'.repeat(2001) }), 'give at most 2000 characters'],
    [
      'needsArticle',
      (it) => Object.assign(it, { needsArticle: 'no' }),
      'needsArticle: "no": give true or false',
    ],
    [
      'wordsMin',
      (it) => (it.constraints.wordsMin = 0),
      'constraints.wordsMin: 0: give a whole number from 1 to',
    ],
    [
      'wordsMax',
      (it) => (it.constraints.wordsMax = 61),
      'constraints.wordsMax: 61: give a whole number from 1',
    ],
    [
      'min > max',
      (it) => (it.constraints.wordsMin = 10),
      'constraints.wordsMin: 10: wordsMax is 9; give at most',
    ],
    [
      'ending',
      (it) => (it.constraints.ending = '?'),
      'constraints.ending: "?": give question, statement or any',
    ],
    [
      'upper-case banned word',
      (it) => (it.constraints.bannedWords = ['a', 'Best']),
      'constraints.bannedWords[1]: "Best": give it in lower case',
    ],
    [
      'banned word twice',
      (it) => (it.constraints.bannedWords = ['ok', 'no', 'ok']),
      'constraints.bannedWords[2]: "ok": it is in the list already',
    ],
    [
      'another placeholder',
      (it) => (it.completion.list = 'About {title}:'),
      'completion.list: "About {title}:": the only placeholder is {topic}',
    ],
    ['few shots', (it) => it.shots.pop(), /^mine\.json: shots: .*: give at least 6 shots$/],
    [
      'few items',
      (it) => (it.shots[2]!.items = ['a', 'b', 'c']),
      'shots[2].items: ["a","b","c"]: give at least 4',
    ],
    ['one alike', (it) => (it.shots[2]!.alike = ['a']), 'shots[2].alike'],
    [
      'same topic',
      (it) => (it.shots[3]!.topic = 'COFFEE makers'),
      'shots[3].topic: "COFFEE makers": shots[0] has',
    ],
    [
      'article where none is needed',
      (it) => (it.shots[1]!.article = ARTICLE),
      'needsArticle is false; remove the article, or set needsArticle to true',
    ],
    [
      'article too short',
      (it) => (it.shots[1]!.article = 'Short.'),
      'shots[1].article: "Short.": give an article of 20',
    ],
    [
      'article missing',
      (it) => (it.needsArticle = true),
      'shots[0].article: nothing given: needsArticle is true',
    ],
  ])('%s', async (_, change, message) => {
    const content = changed((task) => void change(task))
    const text = await mistake(loaded(content))
    expect(text).toMatch(/^mine\.json: /)
    expect(text).toMatch(message)
  })

  test.each([
    ['items', 'One two three four five six seven coffee makers here', 'too-long'],
    ['items', 'Coffee makers', 'too-short'],
    ['items', 'Is a coffee maker loud?', 'ending'],
    ['items', 'A free coffee maker for you', 'banned-word'],
    ['items', 'Machines that switch themselves off', 'off-topic'],
    ['items', 'Coffee makers <b>now</b>', 'markup'],
    ['items', 'Three coffee makers for small kitchens!', 'duplicate'],
    ['alike', 'Coffee makers', 'too-short'],
  ])('%s of a shot that a check would refuse: %s', async (list, text, reason) => {
    const content = changed(({ shots }) => {
      const texts = shots[0]![list] as string[]
      texts[texts.length - 1] = text
    })
    const place = list === 'items' ? 'shots[0].items[3]' : 'shots[0].alike[1]'
    const message = await mistake(loaded(content))
    expect(message).toContain(`mine.json: ${place}: ${JSON.stringify(text)}: `)
    expect(message).toContain(`would be refused (${reason}: `)
  })

  test.each([
    ['{"key": "a",}', /^mine\.json, line 1, column 13: .*this is not JSON/],
    ['', /^mine\.json: .*the file is empty/],
    ['[]', /^mine\.json: \[\]: give one object with the fields of a task/],
    ['null', /^mine\.json: null: give one object/],
  ])('content %j is refused', async (content, message) => {
    expect(await mistake(loaded(content))).toMatch(message)
  })

  test('that is not there, or too large, is refused', async () => {
    expect(await mistake(loadTask('none/mine.json'))).toMatch(
      /^--task: "none\/mine\.json": the file cannot be read \(it is not there\)/,
    )
    expect(await mistake(loaded(' '.repeat(2_000_001)))).toMatch(/^--task: .*give one of at most 2000000/)
  })

  test('is checked by the same rules in code', () => {
    expect(checkedTask(JSON.parse(EXAMPLE), 'task').key).toBe('email-subject')
    expect(() => checkedTask({}, 'task')).toThrow(/^task: key: nothing given/)
  })
})
