import { expect, test } from 'vitest'
import { type FakeReply, startFakeProvider } from '../../src/testing/fake-provider.ts'
import { directoryPlace } from './places.ts'
import { startService } from './service-process.ts'
import { until } from './until.ts'

// A real node whose writer is away, silent, talks junk, or costs too much: slates go on, and pools stay as they are.

const ITEMS = ['Are vacuums loud at night?', 'Do vacuums need new bags often?', 'How heavy is a vacuum?']
const JUNK = ['<b>Vacuums?</b>', 'Visit https://vacuums.example now?', '\u202eVacuums?', '{"items":', '']

const MOODS: Readonly<Record<string, (index: number) => FakeReply>> = {
  down: () => ({ kind: 'reset', when: 'before' }),
  failing: () => ({ kind: 'status', status: 500 }),
  limited: () => ({ kind: 'status', status: 429, headers: { 'retry-after': '1' } }),
  silent: () => ({ kind: 'hang' }),
  junk: (index) => ({ kind: 'answer', content: JSON.stringify({ items: [JUNK[index % JUNK.length]] }) }),
  broken: () => ({ kind: 'body', body: '<html>' }),
}

test('slates go on whatever the writer does', async () => {
  const asked = new Set<string>()
  const provider = await startFakeProvider(({ body }, index) => {
    // A context's topic says how the writer is to treat it.
    const mood = /Vacuums (\w+)/.exec(JSON.stringify(body))?.[1] ?? ''
    asked.add(mood)
    return (MOODS[mood] ?? (() => ({ kind: 'reset', when: 'before' }) as const))(index)
  })
  const { place, remove } = await directoryPlace()
  const service = await startService({
    place,
    writer: 'openai-compatible:moody',
    env: { FORAGE_OPENAI_COMPATIBLE_URL: provider.baseUrl },
  })
  const ask = (path: string, body?: unknown) =>
    fetch(`${service.url}${path}`, {
      signal: AbortSignal.timeout(30_000),
      headers: { authorization: `Bearer ${service.secretKey()}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
  const context = (key: string, more: object = {}) =>
    ask('/v1/contexts', { key, topic: `Vacuums ${key}`, items: ITEMS, config: { poolSize: 3, ...more } })
  const goesOn = async (key: string) => {
    const answer = await ask(`/v1/contexts/${key}/slate`)
    expect(answer.status).toBe(200)
    const { items } = (await answer.json()) as { items: { text: string }[] }
    expect(items.map(({ text }) => text).sort()).toEqual([...ITEMS].sort())
  }
  try {
    for (const mood of Object.keys(MOODS)) {
      expect((await context(mood)).status).toBe(201)
      await until('the pool is served', async () => (await ask(`/v1/contexts/${mood}/slate`)).status === 200)
      expect((await ask(`/v1/contexts/${mood}/run`, {})).status).toBe(202)
    }
    for (const mood of Object.keys(MOODS)) {
      await until(`the writer is asked, and is ${mood}`, () => asked.has(mood))
      await goesOn(mood)
    }
    const paid = { budget: { calls: 0 } }
    expect((await context('poor', paid)).status).toBe(201)
    expect((await ask('/v1/contexts/poor/run', {})).status).toBe(202)
    await until('it is told that the budget is spent', async () => {
      const { arms } = (await (await ask('/v1/contexts/poor/arms')).json()) as {
        arms: { lastFailure: string | null }[]
      }
      return arms.some(({ lastFailure }) => lastFailure !== null)
    })
    expect(asked.has('poor')).toBe(false)
    await goesOn('poor')
    for (const key of Object.keys(MOODS)) await goesOn(key)
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${service.output().slice(-3000)}`, { cause: error })
  } finally {
    await service.kill()
    await provider.close()
    await remove()
  }
}, 120_000)
