import { expect, test } from 'vitest'
import { createContext, liveConfig, optimizerNode, visit } from '../../test/optimizer-fixture.ts'

test('writes the first pool, gives the holdout the same, and rewrites the live one when it is due', async () => {
  const { store, clock, optimizer, kinds } = optimizerNode()
  const context = await createContext(store, liveConfig())
  await optimizer.runDue()
  const [live, holdout] = await store.arms(context.id)
  expect(live).toMatchObject({ version: 1, iteration: 0, poolIds: ['i0', 'i1', 'i2', 'i3', 'i4'] })
  expect(holdout).toMatchObject({ version: 1, iteration: 0, poolIds: live?.poolIds })
  const texts = async (arm: string) => (await store.items(context.id, arm)).map(({ text }) => text)
  expect(await texts('holdout')).toEqual(await texts('live'))
  expect(await optimizer.runDue()).toEqual({ arms: 0 })

  for (let one = 0; one < 20; one++) {
    await visit(store, context, clock.now(), one < 5 ? { click: 'i0' } : {})
    await visit(store, context, clock.now(), { arm: 'holdout' })
  }
  expect(await optimizer.runDue()).toEqual({ arms: 0 })
  await clock.advance(1000)
  await store.countClosed(clock.now())
  expect(await optimizer.runDue()).toEqual({ arms: 1 })
  const after = (await store.arms(context.id))[0]
  expect(after).toMatchObject({ version: 2, iteration: 1, poolIds: ['i0', 'i3', 'i4', 'i5', 'i6'] })
  const [record] = await store.iterations(context.id, 'live', { limit: 1 })
  expect(record).toMatchObject({ interactions: 20, clicked: 5, born: ['i5', 'i6'], left: ['i1', 'i2'] })
  expect((await store.arms(context.id))[1]).toMatchObject({ version: 1 })
  expect(kinds().filter((kind) => kind === 'iteration-committed')).toHaveLength(3)
})
