import { expect, test } from 'vitest'
import { DEFAULT_CONTEXT_CONFIG } from '../../core/live/context-config.ts'
import type { LiveEvent } from '../../core/live/slate-claims.ts'
import { audit } from '../../testing/store-conformance/fixture.ts'
import { describeStore } from '../../testing/store-conformance.ts'
import { memoryStore } from './memory.ts'

describeStore('memory', async () => memoryStore())

const AUDIT = { atMs: 0, by: 'test', action: 'context-created', contextKey: 'c', details: {} }

test('an event counts once, when its window is over', async () => {
  const store = memoryStore()
  const { context } = await store.createContext(
    { key: 'c', task: 'shopping-question', topic: 'Vacuums', seed: 1, config: DEFAULT_CONTEXT_CONFIG },
    AUDIT,
  )
  const event: LiveEvent = {
    eventId: 'e1',
    slate: {
      slateId: 's1',
      contextId: context.id,
      arm: 'live',
      version: 1,
      itemIds: ['i0', 'i1'],
      policy: 'uniform',
      isUniform: true,
      propensity: 0.5,
      issuedAtMs: 1000,
      closesAtMs: 2000,
      visitor: 'v',
    },
    kind: 'click',
    position: 1,
    occurredAtMs: 1500,
    receivedAtMs: 1500,
    mark: 'none',
    network: 'n',
  }
  expect(await store.ingest([event, { ...event, eventId: 'e2' }])).toEqual(['accepted', 'duplicate'])
  expect(await store.countClosed(1999)).toEqual({ visits: 0 })
  expect(await store.countClosed(2000)).toEqual({ visits: 1 })
  expect(await store.ingest([{ ...event, eventId: 'e3', position: 0 }])).toEqual(['expired'])
  const { items, slates } = await store.tallies(context.id, 'live')
  expect(slates).toEqual([{ version: 1, isUniform: true, slates: 1, clicked: 1 }])
  expect(items.map(({ itemId, impressions, clicks }) => [itemId, impressions, clicks])).toEqual([
    ['i0', 1, 0],
    ['i1', 1, 1],
  ])
  expect(await store.recount(audit())).toMatchObject({ different: 0 })
  expect(await store.dropEventsBefore(86_400_000, audit())).toEqual({ days: 1, events: 1 })
  expect((await store.tallies(context.id, 'live')).slates).toEqual(slates)
})
