import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { audienceFileSchema } from './audience-schema.ts'
import { loadTopicSet } from './topic-set.ts'
import { topicSetJsonSchema, topicSetSchema } from './topic-set-schema.ts'

function audienceJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(audienceFileSchema, { io: 'input' }), title: 'Forage audience' }
}

// To write the files anew: npx vitest run src/lab/published-schemas.test.ts --update
describe('the JSON Schemas in data/schemas are up to date', () => {
  test.each([
    ['topics', topicSetJsonSchema()],
    ['audience', audienceJsonSchema()],
  ])('%s.schema.json', async (name, schema) => {
    const text = `${withShortLists(JSON.stringify(schema, undefined, 2))}\n`
    await expect(text).toMatchFileSnapshot(`../../data/schemas/${name}.schema.json`)
  })
})

describe('by its JSON Schema, which an editor reads,', () => {
  const topics = z.fromJSONSchema(topicSetJsonSchema() as Parameters<typeof z.fromJSONSchema>[0])
  const audience = z.fromJSONSchema(audienceJsonSchema() as Parameters<typeof z.fromJSONSchema>[0])

  test.each(['shopping', 'general-knowledge'])('%s.json is a topic set', async (name) => {
    const set = JSON.parse(await readFile(`data/topics/${name}.json`, 'utf8')) as { topics: object[] }
    expect(topics.safeParse(set).success).toBe(true)
    expect(topics.safeParse({ ...set, topics: [] }).success).toBe(false)
    expect(topics.safeParse({ ...set, topics: [{ topic: '' }] }).success).toBe(false)
    expect(topics.safeParse({ ...set, topic: 'Spoons' }).success).toBe(false)
  })

  test('an audience needs personas with descriptions, and may leave the rest to defaults', () => {
    const persona = { key: 'menders', name: 'Menders', description: 'People who repair things.' }
    expect(audience.safeParse({ personas: [persona] }).success).toBe(true)
    expect(audience.safeParse({ personas: [] }).success).toBe(false)
    expect(audience.safeParse({ personas: [{ ...persona, description: undefined }] }).success).toBe(false)
    expect(audience.safeParse({ personas: [{ ...persona, weight: 0 }] }).success).toBe(false)
  })
})

describe('docs/data.md', async () => {
  const documentation = await readFile('docs/data.md', 'utf8')
  const examples = [...documentation.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) => json as string)
  const files = new Map([
    ['docs/garden.json', examples[0]],
    ['docs/seaside.json', examples[1]],
    ['docs/renters.json', examples[2]],
    ['docs/articles/tides.txt', 'About tides.'],
    ['docs/articles/lighthouses.txt', 'About lighthouses.'],
  ])
  const read = async (path: string) => new TextEncoder().encode(files.get(path) as string)

  test('has examples that load, the audience of one from another', async () => {
    const garden = await loadTopicSet('docs/garden.json', { read })
    expect(garden.audiences.map(({ population }) => population.personas.length)).toEqual([1, 1, 2])
    const seaside = await loadTopicSet('docs/seaside.json', { read })
    expect(seaside.topics[1]).toEqual({ topic: 'Lighthouses', article: 'About lighthouses.' })
  })

  test.each([
    ['a topic set', [...Object.keys(topicSetSchema.shape), 'topics[].topic', 'topics[].article']],
    ['an audience', Object.keys(audienceFileSchema.shape)],
    [
      'a persona',
      Object.keys(audienceFileSchema.shape.personas.element.shape).map((it) => `personas[].${it}`),
    ],
  ])('has a row for every field of %s', (_, fields) => {
    expect(fields.filter((field) => !documentation.includes(`\n| \`${field}\` `))).toEqual([])
  })
})

/** Lists of texts that fit into a line stand on one, as the formatter wants them. */
function withShortLists(json: string): string {
  return json.replace(/^(.*)\[\n((?:\s*"[^"\n]*",?\n)+)\s*\](,?)$/gm, (list, before, lines, after) => {
    const line = `${before}[${lines.trim().replace(/\s*\n\s*/g, ' ')}]${after}`
    return line.length <= 110 ? line : list
  })
}
