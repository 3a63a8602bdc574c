import { describe, expect, test } from 'vitest'
import { InputError } from '../core/errors.ts'
import { loadTopicSet } from './topic-set.ts'

const SET = {
  key: 'garden',
  name: 'Garden',
  task: 'shopping-question',
  audiences: ['price'],
  topics: [{ topic: 'Rakes' }, { topic: 'Garden Hoses' }],
}
const READERS = {
  ...SET,
  task: 'article-question',
  audiences: ['history', 'readers.json'],
  topics: [{ topic: 'Tides', article: 'texts/tides.txt' }],
}
const AUDIENCE = { personas: [{ key: 'a', name: 'A', description: 'People who live by the sea.' }] }

/** Files by path; any other is not there. */
function reader(files: Readonly<Record<string, unknown>>) {
  const paths: string[] = []
  const read = async (path: string) => {
    paths.push(path)
    const content = files[path]
    if (content === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
    if (content instanceof Uint8Array) return content
    return new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content))
  }
  return { read, paths }
}

/** The message for a file with that content, with other files beside it. */
async function mistake(content: unknown, others: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const { read } = reader({ 'mine.json': content, ...others })
  const error: unknown = await loadTopicSet('mine.json', { read }).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(InputError)
  return (error as InputError).message
}

describe('a file', () => {
  test('gives its topics; the domain is the key where none is named', async () => {
    const { read } = reader({ 'mine.json': { $schema: 'x', ...SET, topics: [{ topic: ' Rakes ' }] } })
    const set = await loadTopicSet(' mine.json ', { read })
    expect(set).toMatchObject({ key: 'garden', name: 'Garden', domain: 'garden', isBuiltInTask: true })
    expect(set.task.key).toBe('shopping-question')
    expect(set.audiences.map(({ name }) => name)).toEqual(['price'])
    expect(set.topics).toEqual([{ topic: 'Rakes' }])
  })

  test('finds articles and audiences from its own directory', async () => {
    const { read, paths } = reader({
      'some/where/mine.json': READERS,
      'some/where/readers.json': AUDIENCE,
      'some/where/texts/tides.txt': 'The sea comes.\r\nIt goes.\r\n',
    })
    const set = await loadTopicSet('some/where/mine.json', { read })
    expect(set.topics).toEqual([{ topic: 'Tides', article: 'The sea comes.\nIt goes.' }])
    expect(set.audiences.map(({ name }) => name)).toEqual(['history', 'readers'])
    expect(paths).toEqual(['some/where/mine.json', 'some/where/readers.json', 'some/where/texts/tides.txt'])
  })

  test('may name files above it, absolute files, and a file called -', async () => {
    const topics = ['../a.txt', '/b.txt', '-'].map((article, index) => ({ topic: `T${index}`, article }))
    const { read } = reader({
      'sets/mine.json': { ...READERS, audiences: ['event'], topics: topics.slice(0, 2) },
      'mine.json': { ...READERS, audiences: ['event'], topics: topics.slice(2) },
      'a.txt': 'Above.',
      '/b.txt': 'Absolute.',
      './-': 'Hyphen.',
    })
    const { topics: two } = await loadTopicSet('sets/mine.json', { read })
    expect(two.map(({ article }) => article)).toEqual(['Above.', 'Absolute.'])
    expect((await loadTopicSet('mine.json', { read })).topics[0]?.article).toBe('Hyphen.')
  })

  test('may hold 10,000 topics, and not one more', async () => {
    const topics = Array.from({ length: 10_000 }, (_, index) => ({ topic: `Topic ${index}` }))
    const { read } = reader({ 'mine.json': { ...SET, topics } })
    expect((await loadTopicSet('mine.json', { read })).topics).toHaveLength(10_000)
    expect(await mistake({ ...SET, topics: [...topics, { topic: 'One more' }] })).toMatch(
      /^mine\.json: topics: .*characters\): give at most 10000 topics$/,
    )
  })

  test('may be a copy of a built-in set, but no other set may have its key', async () => {
    const built = await loadTopicSet('shopping')
    const copy = {
      key: 'shopping',
      name: 'Shopping',
      task: 'shopping-question',
      audiences: built.audiences.map(({ name }) => name),
      topics: built.topics,
    }
    const { read } = reader({ 'mine.json': copy })
    expect(await loadTopicSet('mine.json', { read })).toEqual(built)
    expect(await mistake({ ...copy, topics: built.topics.slice(1) })).toBe(
      'mine.json: key: "shopping": a built-in set has this key; give your own',
    )
  })

  test.each<[string, unknown, string]>([
    ['no topics', { ...SET, topics: undefined }, 'topics: nothing given: give a list of topics'],
    ['an empty list', { ...SET, topics: [] }, 'topics: []: give at least one topic'],
    ['a topic as text', { ...SET, topics: ['Rakes'] }, 'topics[0]: "Rakes": give an object with a topic'],
    [
      'no topic in an entry',
      { ...SET, topics: [{}] },
      'topics[0].topic: nothing given: give a text such as "Rice Cookers"',
    ],
    [
      'an empty topic',
      { ...SET, topics: [{ topic: ' ' }] },
      'topics[0].topic: " ": it is empty; give a text such as "Rice Cookers"',
    ],
    [
      'a topic of two lines',
      { ...SET, topics: [{ topic: 'a\nb' }] },
      'topics[0].topic: "a\\nb": give it on one line',
    ],
    [
      'a topic twice, in other letters',
      { ...SET, topics: [{ topic: 'Rain Boots' }, { topic: 'Spoons' }, { topic: 'rain  boots' }] },
      'topics[2].topic: "rain  boots": topics[0] is this topic already; remove one of them',
    ],
    [
      'an unknown field',
      { ...SET, topic: 'Rakes' },
      'topic: "Rakes": there is no such field; remove it or check its spelling',
    ],
    [
      'an unknown field of an entry',
      { ...SET, topics: [{ topic: 'Rakes', articel: 'a.txt' }] },
      'topics[0].articel: "a.txt": there is no such field; remove it or check its spelling',
    ],
    [
      'an article that the task does not take',
      { ...SET, topics: [{ topic: 'Rakes', article: 'a.txt' }] },
      'topics[0].article: "a.txt": the task shopping-question takes no article; remove it',
    ],
    [
      'no article where the task needs one',
      { ...READERS, topics: [{ topic: 'Tides' }] },
      'topics[0].article: nothing given: the task article-question is about an article; give the path of a text file, such as "articles/mine.txt"',
    ],
    [
      'a key with a space',
      { ...SET, key: 'my set' },
      'key: "my set": give 1 to 64 lower-case letters, digits and hyphens, not a hyphen first',
    ],
    ['no name', { ...SET, name: ' ' }, 'name: " ": give a text with at least one letter or digit'],
    ['no audiences', { ...SET, audiences: [] }, 'audiences: []: give at least one audience'],
    [
      'the same audience twice',
      { ...SET, audiences: ['price', 'Price'] },
      'audiences[1]: "Price": audiences[0] has the name price already; remove one or rename its file',
    ],
  ])('with %s is refused', async (_, content, message) => {
    expect(await mistake(content)).toBe(`mine.json: ${message}`)
  })

  test.each<[string, unknown, RegExp]>([
    ['a misspelled task', { ...SET, task: 'shoping-question' }, /^mine\.json: task: .*shopping-question\?/],
    ['a misspelled audience', { ...SET, audiences: ['prise'] }, /^mine\.json: audiences\[0\]: .*price\?/],
    [
      'a task file that is not there',
      { ...SET, task: 'my.json' },
      /^mine\.json: task: "my\.json": .*not there/,
    ],
    [
      'an audience file that is not there',
      { ...SET, audiences: ['who.json'] },
      /^mine\.json: audiences\[0\]: "who\.json": .*it is not there/,
    ],
    ['a long topic', { ...SET, topics: [{ topic: 'x'.repeat(201) }] }, /topics\[0\]\.topic: .*at most 200$/],
    ['null', null, /^mine\.json: null: give one object with key, name, task, audiences and topics$/],
    ['no JSON', 'topics: Rakes', /^mine\.json, line 1, column 1: /],
    ['nothing in it', '', /^mine\.json: "": the file is empty/],
    ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x7b, 0), /save the file as UTF-8$/],
    ['Latin-1', Uint8Array.of(0x7b, 0x22, 0xe9, 0x22, 0x7d), /save the file as UTF-8$/],
    ['more than 10 MB', new Uint8Array(10_000_001).fill(0x20), /has 10000001 bytes; give one of at most/],
  ])('with %s is refused', async (_, content, message) => {
    const message_ = await mistake(content)
    expect(message_).toMatch(message)
    expect(message_.length).toBeLessThan(400)
  })

  test('with a name of 10 MB is refused, and not printed whole', async () => {
    const message = await mistake({ ...SET, name: 'x'.repeat(9_900_000) })
    expect(message).toMatch(/^mine\.json: name: "x{76}\.\.\. \(9900002 characters\): give at most 100/)
  })
})

describe('an article', () => {
  const field = 'mine.json: topics[0].article: "texts/tides.txt"'
  test.each<[string, unknown, string]>([
    [
      'that is not there',
      undefined,
      'the file cannot be read (it is not there); check its name and its rights',
    ],
    ['of 10 MB', new Uint8Array(10_000_000), 'the file has 10000000 bytes; give one of at most 1000000'],
    ['without text', ' \n', 'there is no text in it; give an article'],
    ['in Latin-1', Uint8Array.of(0x63, 0xe9), 'it is not UTF-8; save the article as UTF-8 text'],
    ['in UTF-16', Uint8Array.of(0xff, 0xfe, 0x61, 0), 'this is UTF-16; save the article as UTF-8'],
    ['that is a PDF', '%PDF-1.7', 'this is a PDF file; save the article as plain text'],
  ])('%s is refused', async (_, article, advice) => {
    const others = { 'readers.json': AUDIENCE, 'texts/tides.txt': article }
    expect(await mistake(READERS, others)).toBe(`${field}: ${advice}`)
  })

  test('too many of the longest are refused, before memory is full', async () => {
    const topics = Array.from({ length: 501 }, (_, index) => ({ topic: `T${index}`, article: 'long.txt' }))
    const content = { ...READERS, audiences: ['event'], topics }
    expect(await mistake(content, { 'long.txt': 'x'.repeat(100_000) })).toBe(
      'mine.json: topics[500].article: "long.txt": the articles up to here have 50100000 characters; give at most 50000000 in one set',
    )
  })
})

describe('a name', () => {
  test('may be in other letters', async () => {
    expect((await loadTopicSet(' Shopping ')).key).toBe('shopping')
  })

  test.each([
    ['shoping', '--topics: "shoping": did you mean shopping? give one of shopping, general-knowledge, or a'],
    ['xyzzyxyzzy', '--topics: "xyzzyxyzzy": give one of shopping, general-knowledge, or a JSON file'],
    ['', '--topics: "": give one of'],
    ['./not-there.json', '--topics: "./not-there.json": the file cannot be read (it is not there)'],
  ])('%j is refused', async (name, message) => {
    await expect(loadTopicSet(name)).rejects.toThrow(message)
    await expect(loadTopicSet(name, { field: 'topics' })).rejects.toThrow(message.replace('--', ''))
  })
})
