import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { InputError } from '../core/errors.ts'
import { randomStream } from '../core/random.ts'
import { simulatedAudience } from '../simulator/audience.ts'
import { loadAudience } from './audience-file.ts'
import { audienceFileSchema } from './audience-schema.ts'

const PERSONA = { key: 'quiet', name: 'Quiet', description: 'People who want little noise.' }

function load(behaviour: unknown) {
  const bytes = new TextEncoder().encode(JSON.stringify({ personas: [PERSONA], behaviour }))
  return loadAudience('mine.json', { read: async () => bytes })
}

async function documented(): Promise<Uint8Array> {
  const docs = await readFile(new URL('../../docs/simulator.md', import.meta.url), 'utf8')
  return new TextEncoder().encode(/```json\n([\s\S]*?)```/.exec(docs)![1])
}

describe('the behaviour of an audience file', () => {
  test('the documented example loads, has every option, and draws visits', async () => {
    const { population } = await loadAudience('docs.json', { read: documented })
    const { behaviour } = population
    const optional = audienceFileSchema.shape.behaviour.unwrap().shape
    expect(Object.keys(behaviour!).sort()).toEqual(Object.keys(optional).sort())
    expect(behaviour).toMatchObject({
      slotEffects: [1, 0.7, 0.5],
      drift: { weights: { quiet: 1, small: 3 }, iterations: 10, startsAt: 2 },
      bots: { share: 0.05, clickProbability: 0.5, target: 'price' },
    })
    const audience = simulatedAudience({
      population,
      scorer: {
        name: 'sevens',
        score: async (queries) => queries.map(() => ({ kind: 'scored', relevance: 7 })),
        close: async () => {},
      },
    })
    const history = ['a', 'b', 'c', 'd'].map((text, index) => ({
      id: `i${index}`,
      text,
      mode: 'seed',
      parents: [],
      bornAt: 0,
      writtenBy: 'test',
      promptVersion: 'test@1',
    }))
    const state = {
      context: { key: 'k', task: 'shopping-question', topic: 'Kettles' },
      iteration: 0,
      history,
      poolIds: history.map(({ id }) => id),
      evidence: { items: new Map(), iterations: new Map() },
    }
    const settings = { slateSize: 3, interactionsPerIteration: 100 }
    const { outcomes } = await audience.visit(state, settings, randomStream(1))
    expect(outcomes.length).toBeGreaterThan(0)
  })

  test('is absent when it is not given', async () => {
    expect((await load(undefined)).population).not.toHaveProperty('behaviour')
  })

  test.each<[unknown, string]>([
    [[], 'behaviour: []: give an object'],
    [null, 'behaviour: null: give an object'],
    [{ slots: [1] }, 'behaviour.slots: [1]: there is no such field; remove it or check its spelling'],
    [{ slotEffects: 1 }, 'behaviour.slotEffects: 1: give a list of numbers'],
    [{ slotEffects: [1, '0.5'] }, 'behaviour.slotEffects[1]: "0.5": give a number'],
    [{ slotEffects: [1, -1] }, 'behaviour.slotEffects[1]: -1: give a number above 0, at most 1000'],
    [{ tasteDeviation: '1' }, 'behaviour.tasteDeviation: "1": give a number'],
    [
      { wearOut: 0.9 },
      'behaviour.wearOut: 0.9: nobody sees an item twice unless people come back; give visitors too',
    ],
    [{ lateClicks: 1 }, 'behaviour.lateClicks: 1: give a number from 0 to below 1'],
    [
      { drift: { weights: [1], iterations: 2 } },
      'behaviour.drift.weights: [1]: give an object of weights by persona key',
    ],
    [{ drift: { weights: { quiet: 1 } } }, 'behaviour.drift.iterations: nothing given: give a number'],
    [
      { drift: { weights: { loud: 1 }, iterations: 2 } },
      'behaviour.drift.weights.loud: 1: there is no such persona; give one of quiet',
    ],
    [{ bots: { share: 0.1 } }, 'behaviour.bots.clickProbability: nothing given: give a number'],
    [
      { bots: { share: 0.1, clickProbability: 1, target: true } },
      'behaviour.bots.target: true: give a number or a text',
    ],
    [{ bots: { share: 2, clickProbability: 1 } }, 'behaviour.bots.share: 2: give a number from 0 to 1'],
  ])('%j is refused', async (behaviour, message) => {
    const error: unknown = await load(behaviour).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(InputError)
    expect((error as InputError).message).toBe(`mine.json: ${message}`)
  })
})
