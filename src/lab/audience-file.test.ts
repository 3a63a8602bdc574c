import { describe, expect, test } from 'vitest'
import { InputError } from '../core/errors.ts'
import { AUDIENCE_NAMES, loadAudience } from './audience-file.ts'

const PERSONA = { key: 'parents', name: 'Parents', description: 'People with small children.' }

function reader(content: unknown) {
  const bytes =
    content instanceof Uint8Array
      ? content
      : new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content))
  return { read: async () => bytes }
}

/** The message for a file with that content. */
async function mistake(content: unknown): Promise<string> {
  const error: unknown = await loadAudience('mine.json', reader(content)).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(InputError)
  return (error as InputError).message
}

describe('built-in names', () => {
  test.each(AUDIENCE_NAMES)('%s is there, with a description and examples', async (name) => {
    const { name: shown, population } = await loadAudience(name)
    expect(shown).toBe(name)
    expect(population).toMatchObject({ choiceTemperature: 1.5, noClickScore: 11 })
    expect(population.personas).toHaveLength(name === 'three-preferences' ? 3 : 1)
    for (const { persona, weight } of population.personas) {
      expect(weight).toBe(1)
      expect(persona.description.length).toBeGreaterThan(40)
      expect(persona.examples.length).toBeGreaterThanOrEqual(6)
    }
  })

  test('several names make a mixture of equal shares', async () => {
    const { name, population } = await loadAudience(' price, Ethics ')
    expect(name).toBe('price,ethics')
    expect(population.personas.map(({ persona, weight }) => [persona.key, weight])).toEqual([
      ['price', 1],
      ['ethics', 1],
    ])
  })

  test.each([
    ['prise', /--audience: "prise": did you mean price\? give a JSON file, or one or more of price, quality/],
    ['xyzzyxyzzy', /--audience: "xyzzyxyzzy": give a JSON file, or one or more of/],
    ['price,,quality', /--audience: ""/],
    ['', /--audience: ""/],
    ['price,three-preferences', /price is in it twice/],
  ])('%s is refused', async (spec, message) => {
    await expect(loadAudience(spec)).rejects.toThrow(message)
  })
})

describe('a file', () => {
  test('gives its personas, with defaults filled in', async () => {
    const content = { personas: [PERSONA, { ...PERSONA, key: 'b', examples: ['Is it safe?'], weight: 0.5 }] }
    expect(await loadAudience('some/where/mine.json', reader(content))).toEqual({
      name: 'mine',
      population: {
        personas: [
          { persona: { ...PERSONA, examples: [] }, weight: 1 },
          { persona: { ...PERSONA, key: 'b', examples: ['Is it safe?'] }, weight: 0.5 },
        ],
        choiceTemperature: 1.5,
        noClickScore: 11,
      },
    })
  })

  test('may begin with a UTF-8 byte order mark', async () => {
    const bytes = new TextEncoder().encode(`\ufeff${JSON.stringify({ personas: [PERSONA] })}`)
    expect((await loadAudience('mine.json', reader(bytes))).population.personas).toHaveLength(1)
  })

  const one = (change: object) => ({ personas: [{ ...PERSONA, ...change }] })
  test.each<[string, unknown, string]>([
    ['no personas', {}, 'mine.json: personas: nothing given: give a list of personas'],
    ['an empty list', { personas: [] }, 'mine.json: personas: []: give at least one persona'],
    ['a list in place of an object', [], 'mine.json: []: give an object with a list of personas'],
    ['null', null, 'mine.json: null: give an object with a list of personas'],
    ['a persona that is a text', { personas: ['x'] }, 'mine.json: personas[0]: "x": give an object'],
    [
      'no description',
      { personas: [{ key: 'a', name: 'A' }] },
      'mine.json: personas[0].description: nothing given: give a text',
    ],
    [
      'a blank description',
      one({ description: ' ' }),
      'mine.json: personas[0].description: " ": give a text that is not blank',
    ],
    ['a weight of 0', one({ weight: 0 }), 'mine.json: personas[0].weight: 0: give a number above 0'],
    ['a negative weight', one({ weight: -1 }), 'mine.json: personas[0].weight: -1: give a number above 0'],
    ['a weight in quotes', one({ weight: '1' }), 'mine.json: personas[0].weight: "1": give a number'],
    ['T = 0', { ...one({}), choiceTemperature: 0 }, 'mine.json: choiceTemperature: 0: give a number above 0'],
    [
      'an unknown field',
      { ...one({}), temperature: 2 },
      'mine.json: temperature: 2: there is no such field; remove it or check its spelling',
    ],
    [
      'an unknown field of a persona',
      one({ wieght: 2 }),
      'mine.json: personas[0].wieght: 2: there is no such field; remove it or check its spelling',
    ],
    [
      'a key with a space',
      one({ key: 'a b' }),
      'mine.json: personas[0].key: "a b": give 1 to 64 lower-case letters, digits and hyphens',
    ],
    [
      'an example that is no text',
      one({ examples: [1] }),
      'mine.json: personas[0].examples[0]: 1: give a text',
    ],
    [
      'the same key twice',
      { personas: [PERSONA, { ...PERSONA, name: 'B' }] },
      'mine.json: personas[1].key: "parents": personas[0] has this key already; give each persona its own',
    ],
    ['an empty file', '', 'mine.json: "": the file is empty; write one JSON object into it'],
  ])('with %s is refused', async (_, content, message) => {
    expect(await mistake(content)).toBe(message)
  })

  test('with a description that is too long is refused, and not printed whole', async () => {
    const message = await mistake(one({ description: 'x'.repeat(5000) }))
    expect(message).toMatch(/personas\[0\]\.description: .*5002 characters\): give at most 1000 characters$/)
    expect(message.length).toBeLessThan(250)
  })

  test('with a mistake in its JSON is refused with line and column', async () => {
    expect(await mistake('{\n  "personas": [\n    {"key" "a"}\n]}')).toMatch(
      /^mine\.json, line 3, column 12: /,
    )
    expect(await mistake('{"personas": [')).toMatch(/^mine\.json, line 1, column 15: "end of file": /)
    expect(await mistake('key: value')).toMatch(/^mine\.json, line 1, column 1: /)
  })

  test.each<[string, Uint8Array]>([
    ['UTF-16 with a mark', new Uint8Array([0xff, 0xfe, 0x7b, 0])],
    ['UTF-16 without', new Uint8Array([0x7b, 0, 0x7d, 0])],
    ['Latin-1', new Uint8Array([0x7b, 0x22, 0xe9, 0x22, 0x7d])],
  ])('in %s is refused', async (_, bytes) => {
    expect(await mistake(bytes)).toMatch(/save the file as UTF-8$/)
  })

  test('that cannot be read is refused with the reason', async () => {
    await expect(loadAudience('./not-there.json')).rejects.toThrow(
      '--audience: "./not-there.json": the file cannot be read (it is not there); check its name and its rights',
    )
    await expect(loadAudience('src/')).rejects.toThrow(/it is a directory/)
  })
})
