import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Context } from '../../core/context.ts'
import type { Persona } from '../../core/persona.ts'
import type { Encoder } from '../../ports/encoder.ts'
import type { RelevanceScorer } from '../../ports/relevance-scorer.ts'
import { requiredMinilm } from '../../testing/installed-models.ts'
import { relevanceScorerConformance } from '../../testing/relevance-scorer-conformance.ts'
import { wordEncoder } from '../../testing/word-encoder.ts'
import { builtInCalibration } from './calibration.ts'
import { embeddingScorer } from './embedding.ts'

const calibration = builtInCalibration('minilm')

relevanceScorerConformance('embedding with a stand-in encoder', () =>
  embeddingScorer({ encoder: wordEncoder(), calibration }),
)
relevanceScorerConformance('embedding', async () => embeddingScorer({ encoder: await requiredMinilm() }))

test('names the encoder it rests on, and changes its version with the calibration', () => {
  const scorer = embeddingScorer({ encoder: wordEncoder(), calibration })
  expect(scorer).toMatchObject({ name: 'embedding:words', encoder: 'words' })
  const other = { ...calibration, scale: { midpoint: 1, softness: 1 } }
  expect(embeddingScorer({ encoder: wordEncoder(), calibration: other }).version).not.toBe(scorer.version)
})

test('an encoder without a calibration is refused', () => {
  expect(() => embeddingScorer({ encoder: wordEncoder() })).toThrow(
    /no calibration of relevance for the encoder words/,
  )
})

test('a failure of the encoder is not kept', async () => {
  const inner = wordEncoder()
  let isBroken = true
  const encoder: Encoder = {
    ...inner,
    embed: (texts, signal) => (isBroken ? Promise.reject(new Error('gone')) : inner.embed(texts, signal)),
  }
  const scorer = embeddingScorer({ encoder, calibration })
  const persona = { key: 'p', name: 'P', description: 'Anybody', examples: [] }
  const query = { text: 'a', persona, context: { key: 'c', task: 't', topic: 'Drills' } }
  await expect(scorer.score([query])).rejects.toThrow('gone')
  isBroken = false
  expect((await scorer.score([query]))[0]?.kind).toBe('scored')
})

describe('with the real encoder', () => {
  let scorer: RelevanceScorer
  let encoder: Encoder
  beforeAll(async () => {
    encoder = await requiredMinilm()
    scorer = embeddingScorer({ encoder })
  })
  afterAll(() => encoder.close())

  const builtIn = (key: string): Persona => {
    const all = [...calibration.reference.shoppers, ...calibration.reference.readers]
    return { name: key, ...(all.find((persona) => persona.key === key) as (typeof all)[number]) }
  }
  const described = (description: string): Persona => ({ key: 'own', name: 'Own', description, examples: [] })
  const relevance = async (
    text: string,
    persona: Persona,
    topic: string,
    article?: string,
  ): Promise<number> => {
    const context: Context = { key: topic, task: 't', topic, ...(article === undefined ? {} : { article }) }
    const [result] = await scorer.score([{ text, persona, context }])
    return result?.kind === 'scored' ? result.relevance : Number.NaN
  }

  test.each([
    ['Does a hammock chair cost much?', 'Hammock Chairs', 'price'],
    ['Will a hammock chair tear after one summer?', 'Hammock Chairs', 'quality'],
    ['Which hammock chair maker has the most loyal customers?', 'Hammock Chairs', 'brand-reputation'],
    ['Can a hammock chair be adjusted and folded?', 'Hammock Chairs', 'features'],
    ['Are hammock chairs made from sustainable cotton?', 'Hammock Chairs', 'ethics'],
  ])('%s: suits %3$s and no other', async (text, topic, key) => {
    for (const other of calibration.reference.shoppers) {
      const value = await relevance(text, builtIn(other.key), topic)
      if (other.key === key) expect(value).toBeGreaterThan(5)
      else expect(value).toBeLessThan(5)
    }
  })

  test('a persona of a description only has a range to rise in', async () => {
    const parents = described('Parents of small children who worry about safety.')
    expect(
      await relevance('Is a hammock chair safe for toddlers?', parents, 'Hammock Chairs'),
    ).toBeGreaterThan(7)
    expect(
      await relevance('Which colours do hammock chairs come in?', parents, 'Hammock Chairs'),
    ).toBeLessThan(5)
  })

  test('the topic itself does not decide', async () => {
    const texts = ['Hammock Chairs', 'Price Tags', 'Telescopes'].map((topic) =>
      relevance(`Is a ${topic.toLowerCase().replace(/s$/, '')} easy to carry?`, builtIn('price'), topic),
    )
    const [one, two, three] = await Promise.all(texts)
    expect(two).toBe(one)
    expect(three).toBe(one)
  })

  test('an article makes it a text for readers', async () => {
    const text = 'Who wrote the first work about it?'
    const without = await relevance(text, builtIn('person'), 'Chess')
    expect(await relevance(text, builtIn('person'), 'Chess', 'Chess is old.')).not.toBe(without)
  })

  test('nonsense is of little interest', async () => {
    for (const text of ['asdf qwer zxcv', 'the of and to in', '']) {
      for (const key of ['price', 'ethics', 'features']) {
        expect(await relevance(text, builtIn(key), 'Hammock Chairs')).toBeLessThan(5)
      }
    }
  })
})
