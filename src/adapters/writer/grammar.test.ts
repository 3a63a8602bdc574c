import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wordCount } from '../../core/checks/word-count.ts'
import type { Prompt } from '../../core/prompts/prompt.ts'
import type { PromptKind, ShownItem } from '../../core/strategies/strategy.ts'
import { namesTopic } from '../../core/topic-words.ts'
import { describeWriter } from '../../testing/writer-conformance.ts'
import { grammarWriter } from './grammar.ts'
import { ARTICLE_ASPECTS } from './grammar-articles.ts'
import type { Aspect } from './grammar-aspect.ts'
import { SHOPPING_ASPECTS } from './grammar-shopping.ts'

describeWriter('grammar, completion', () => grammarWriter())
describeWriter('grammar, chat', () => grammarWriter({ rendering: 'chat' }))

const TOPICS = [
  'Vacuums',
  'DVI',
  'Racks, Shelves & Drawers',
  'Computers & Accessories',
  "The Beatles' rooftop concert",
  "Gödel's incompleteness theorems",
  'Mindfulness-based stress reduction',
  '日本茶',
  'Кофеварки',
]
const TASKS = [
  { task: 'shopping-question', ending: 'question', wordsMax: 15 },
  { task: 'article-question', ending: 'question', wordsMax: 15 },
  { task: 'headline', ending: 'any', wordsMax: 12 },
] as const

interface Asked {
  readonly kind?: PromptKind
  readonly topic?: string
  readonly task?: (typeof TASKS)[number]
  readonly shown?: readonly ShownItem[]
  readonly parents?: readonly string[]
  readonly samples?: number
  readonly seed?: number
}

async function written(asked: Asked = {}): Promise<string[]> {
  const { kind = 'seed', topic = 'Vacuums', shown = [], parents = [], samples = 1, seed = 1 } = asked
  const { task, ending } = asked.task ?? TASKS[0]
  const request = { mode: kind, prompt: kind, count: 1, shown, parents }
  const prompt: Prompt = {
    rendering: 'completion',
    kind,
    version: 'v',
    prefix: 'p',
    tail: 't',
    source: { topic, task, ending, request },
  }
  const answer = await grammarWriter().write({
    prompt,
    samples,
    seed,
    samplingTemperature: 1,
    outputTokensMax: 40,
  })
  return answer.texts.map(({ text }) => text)
}

/** Every text an aspect can give for the topic, made here the plain way. */
function textsOf({ questions, statements, details }: Aspect, topic: string): string[] {
  return [...questions, ...statements].flatMap((sentence) =>
    details.map((detail) => sentence.replace('{detail}', detail).replace('{topic}', topic)),
  )
}

function aspectsOf(texts: readonly string[], aspects: readonly Aspect[] = SHOPPING_ASPECTS): string[] {
  const topic = aspects === SHOPPING_ASPECTS ? 'vacuums' : 'Vacuums'
  const keyOf = new Map(
    aspects.flatMap((aspect) => textsOf(aspect, topic).map((text) => [text, aspect.key] as const)),
  )
  return texts.map((text) => keyOf.get(text) ?? `none: ${text}`)
}

/** A plain shopping question about one aspect, in words of the grammar or of somebody else. */
const shownItem = (itemId: string, text: string, ctr: number | null): ShownItem => ({ itemId, text, ctr })
const PRICE = shownItem('i0', 'How much do vacuums cost?', 0.3)
const QUALITY = shownItem('i1', 'What do durability tests say about rust protection in vacuums?', 0.2)
const BRAND = shownItem('i2', 'Which company makes the most trusted vacuums?', 0.1)

test('every text is one short sentence that names the topic and holds no forbidden word', async () => {
  for (const task of TASKS) {
    for (const topic of TOPICS) {
      for (const text of await written({ task, topic, samples: 60 })) {
        expect(wordCount(text), text).toBeLessThanOrEqual(task.wordsMax)
        expect(wordCount(text), text).toBeGreaterThanOrEqual(4)
        expect(namesTopic(text, topic), text).toBe(true)
        expect(text).not.toMatch(/\b(?:best|where)\b|[{}\n&]|\s\s/iu)
        expect(text).toMatch(/^\p{Lu}/u)
        expect(text.endsWith('?')).toBe(task.ending === 'question')
      }
    }
  }
})

test('a topic stands in the sentence as people write it there', async () => {
  const shopping = async (topic: string) => (await written({ topic }))[0]!
  expect(await shopping('Racks, Shelves & Drawers')).toContain('racks, shelves and drawers')
  expect(await shopping('TV Antennas')).toContain('TV antennas')
  expect(await shopping('Over-Ear Headphones')).toContain('over-ear headphones')
  const [headline] = await written({ topic: 'Marie Curie', task: TASKS[2] })
  expect(headline).toContain('Marie Curie')
})

/** Any UTF-16 units, halves of pairs too. */
const ANY_TOPIC = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 100 })
  .map((units) => String.fromCharCode(...units))

test('any topic at all gives readable texts', async () => {
  await fc.assert(
    fc.asyncProperty(ANY_TOPIC, async (topic) => {
      for (const text of await written({ topic, samples: 3 })) {
        expect(text).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]|\{topic\}|\{detail\}/u)
        expect(text.endsWith('?')).toBe(true)
      }
    }),
    { seed: 5, numRuns: 100 },
  )
})

test('a long topic is cut to its last words, so that the limit holds', async () => {
  const topic = 'One Two Three Four Five Six Seven Eight Nine Ten Kettles'
  for (const text of await written({ topic, samples: 50 })) {
    expect(wordCount(text)).toBeLessThanOrEqual(15)
    expect(text).toContain('kettles')
  }
})

test.each(TASKS)('$task: hundreds of texts before one comes twice', async (task) => {
  const texts = await written({ task, samples: 150 })
  expect(new Set(texts).size).toBe(150)
  expect(
    new Set(aspectsOf(texts, task.task === 'shopping-question' ? SHOPPING_ASPECTS : ARTICLE_ASPECTS)).size,
  ).toBe(6)
})

test('no sentence belongs to two aspects of a domain, and no statement asks', () => {
  for (const aspects of [SHOPPING_ASPECTS, ARTICLE_ASPECTS]) {
    const sentences = aspects.flatMap(({ questions, statements }) => [
      ...new Set([...questions, ...statements]),
    ])
    expect(new Set(sentences).size).toBe(sentences.length)
    for (const { questions, statements } of aspects) {
      for (const sentence of questions) expect(sentence).toMatch(/^[^?]*\{topic\}[^?]*\?$/)
      for (const sentence of statements) expect(sentence).toMatch(/^[^?]*\{topic\}[^?]*$/)
    }
  }
})

test('no detail belongs to two aspects of a domain', () => {
  for (const aspects of [SHOPPING_ASPECTS, ARTICLE_ASPECTS]) {
    const details = aspects.flatMap((aspect) => aspect.details)
    expect(new Set(details).size).toBe(details.length)
    for (const detail of details)
      expect(details.filter((other) => ` ${other}`.includes(` ${detail}`))).toEqual([detail])
  }
})

test('explore takes an aspect that is not shown, whatever the words of the items', async () => {
  const shown = [PRICE, QUALITY, BRAND].map((item) => ({ ...item, ctr: null }))
  const aspects = aspectsOf(await written({ kind: 'explore', shown, samples: 60 }))
  expect(new Set(aspects)).toEqual(new Set(['features', 'ethics', 'general']))
})

test('exploit mostly follows the item it is told to, and not only', async () => {
  const shown = [BRAND, QUALITY, PRICE]
  const aspects = aspectsOf(await written({ kind: 'exploit', shown, parents: ['i1'], samples: 80 }))
  const followed = aspects.filter((aspect) => aspect === 'quality').length
  expect(followed).toBeGreaterThan(52)
  expect(followed).toBeLessThan(80)
})

test('a rated history pulls to the aspect of its highest rate, not of its last line', async () => {
  const shown = [PRICE, BRAND, QUALITY]
  const aspects = aspectsOf(await written({ kind: 'history-rated', shown, samples: 60 }))
  expect(aspects.filter((aspect) => aspect === 'price').length).toBeGreaterThan(40)
})

test('without rates, no aspect is preferred', async () => {
  const shown = Array.from({ length: 9 }, (_, index) => shownItem(`i${index}`, PRICE.text, null))
  for (const kind of ['seed', 'history'] as const) {
    const aspects = aspectsOf(await written({ kind, shown, samples: 240 }))
    for (const { key } of SHOPPING_ASPECTS) {
      expect(aspects.filter((aspect) => aspect === key).length).toBeGreaterThan(20)
    }
  }
})

test('what is shown is not written again', async () => {
  const texts = await written({ samples: 40 })
  const shown = texts.map((text, index) => shownItem(`i${index}`, text, null))
  const again = await written({ samples: 40, shown })
  expect(again.filter((text) => texts.includes(text))).toEqual([])
})

test('a prompt in the other rendering is a mistake of the caller', async () => {
  const { write } = grammarWriter({ rendering: 'chat' })
  await expect(async () => {
    const prompt = { rendering: 'completion' } as Prompt
    await write({ prompt, samples: 1, seed: 1, samplingTemperature: 1, outputTokensMax: 1 })
  }).rejects.toThrow(RangeError)
})
