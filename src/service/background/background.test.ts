import { expect, it } from 'vitest'
import { serviceUnderTest } from '../../testing/service-under-test.ts'
import { background, retentionLimit } from './background.ts'

const TEXTS = ['Is it loud?', 'Does it climb?', 'Is it light?', 'Can it mop?', 'Which lasts?']

it('brings changes to the node, counts what closed, and drops what is old', async () => {
  const service = await serviceUnderTest()
  const made = await service.context('vacuums', TEXTS, { attributionWindowSeconds: 60 })
  const running = background(service.dependencies, { retentionDays: 1 })
  running.start()
  const { token, items, arm } = (await (await service.get('/v1/contexts/vacuums/slate')).json()) as {
    token: string
    items: { id: string }[]
    arm: string
  }
  await service.clock.advance(1000)
  await service.post('/v1/events', [{ id: 'a', type: 'click', token, item: items[0]?.id }])
  await service.clock.advance(61_000)
  const { slates } = await service.store.tallies(made.id, arm)
  expect(slates).toEqual([{ version: 1, isUniform: true, slates: 1, clicked: 1 }])

  const audit = { atMs: 0, by: 'another node', action: 'context-removed', contextKey: 'vacuums', details: {} }
  await running.stop()
  expect(service.clock.nextAt()).toBeUndefined()
  await service.clock.advance(2 * 86_400_000)
  const later = background(service.dependencies, { retentionDays: 1 })
  later.start()
  await service.clock.advance(60_000)
  expect((await service.store.events({ cursor: null, limit: 1 })).events).toEqual([])
  expect((await service.store.tallies(made.id, arm)).slates).toHaveLength(1)
  await service.store.deleteContext('vacuums', audit)
  await service.clock.advance(1000)
  expect((await service.get('/v1/contexts/vacuums/slate')).status).toBe(404)
  await later.stop()
})

it('goes on when the store is away for a while', async () => {
  const service = await serviceUnderTest()
  await service.context('vacuums', TEXTS)
  const { countClosed } = service.store
  let calls = 0
  Object.assign(service.store, {
    countClosed: (toMs: number) => (calls++ < 2 ? Promise.reject(new Error('away')) : countClosed(toMs)),
  })
  const running = background(service.dependencies, { retentionDays: null })
  running.start()
  await service.clock.advance(20_000)
  expect(calls).toBeGreaterThan(5)
  expect(service.logged.filter(({ level }) => level === 'warn').map(({ fields }) => fields.failures)).toEqual(
    [1, 2],
  )
  await running.stop()
})

it('keeps whole days', () => {
  expect(retentionLimit(Date.UTC(2026, 0, 10, 13), 3)).toBe(Date.UTC(2026, 0, 7))
})
