import { afterAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/postgresql.ts'
import { startTestServer } from '../../../test/postgresql-server.ts'
import { DEFAULT_CONTEXT_CONFIG } from '../../core/live/context-config.ts'
import type { LiveEvent } from '../../core/live/slate-claims.ts'
import { describeStore } from '../../testing/store-conformance.ts'
import { postgresqlStore } from './postgresql.ts'

let database: TestDatabase | undefined
afterAll(() => database?.drop())

describeStore('postgresql', async () => {
  database = await testDatabase()
  return postgresqlStore({ url: database.url })
})

const AUDIT = { atMs: 1, by: 'test', action: 'context-created', contextKey: null, details: {} }

describe('postgresql', () => {
  test('nodes that start at once bring the schema up to date once', async () => {
    const fresh = await testDatabase()
    const stores = Array.from({ length: 4 }, () => postgresqlStore({ url: fresh.url }))
    await Promise.all(stores.map((store) => store.migrate()))
    await Promise.all(stores.map((store) => store.close()))
    await fresh.drop()
  })

  test('two nodes take the same events and count together: each once', async () => {
    const fresh = await testDatabase()
    const nodes = [postgresqlStore({ url: fresh.url }), postgresqlStore({ url: fresh.url })] as const
    const [one, two] = nodes
    await one.migrate()
    const config = DEFAULT_CONTEXT_CONFIG
    const { context } = await one.createContext({ key: 'c', task: 't', topic: 'x', seed: 1, config }, AUDIT)
    const events = Array.from({ length: 600 }, (_, number): LiveEvent => {
      const slateId = `slate-${number >> 1}`
      const [contextId, issuedAtMs] = [context.id, 86_399_850 + (number >> 1)]
      return {
        eventId: `e${number}`,
        slate: {
          ...{ slateId, contextId, arm: 'live', version: 1, itemIds: ['i0', 'i1'], policy: 'uniform' },
          ...{
            isUniform: true,
            propensity: 0.5,
            issuedAtMs,
            closesAtMs: issuedAtMs + 1000,
            visitor: slateId,
          },
        },
        kind: number % 2 === 0 ? 'impression' : 'click',
        position: number % 2,
        occurredAtMs: 1,
        receivedAtMs: 1,
        mark: 'none',
        network: `n${number % 40}`,
      }
    })
    let accepted = 0
    let visits = 0
    await Promise.all(
      nodes.flatMap((node, place) =>
        Array.from({ length: 30 }, async (_, part) => {
          // Each event goes to both nodes, in another order.
          const own = events.filter((_, number) => (number * 7) % 30 === part)
          const outcomes = await node.ingest(place === 0 ? own : [...own].reverse())
          accepted += outcomes.filter((outcome) => outcome === 'accepted').length
          if (part % 5 !== 0) return
          const counted = await node.countClosed(86_399_850 + part * 10 + 1000)
          visits += counted.visits
        }),
      ),
    )
    const last = await Promise.all(nodes.map((node) => node.countClosed(90_000_000)))
    visits += last.reduce((sum, one) => sum + one.visits, 0)
    const { slates } = await two.tallies(context.id, 'live')
    const stored = await two.events({ cursor: null, limit: 1000 })
    expect(stored.events).toHaveLength(accepted)
    expect(new Set(stored.events.map(({ slate }) => slate.slateId)).size).toBe(visits)
    expect(slates[0]?.slates).toBe(visits)
    expect(await one.recount(AUDIT)).toMatchObject({ different: 0 })
    await Promise.all(nodes.map((node) => node.close()))
    await fresh.drop()
  })

  test('when the server goes away calls can be tried again, and go through when it is back', async () => {
    const server = await startTestServer()
    const store = postgresqlStore({ url: `${server.url}/postgres` })
    await store.migrate()
    await store.sharedSecret('kept', 'a')
    await server.kill()
    await expect(store.keys()).rejects.toMatchObject({ code: 'store-unavailable', isRetryable: true })
    await expect(store.requestRun(1, ['live'], AUDIT)).rejects.toMatchObject({ isRetryable: true })
    await server.start()
    expect(await store.sharedSecret('kept', 'b')).toBe('a')
    await store.close()
    await server.stop()
  })

  test('what the server refuses for good is not worth another try', async () => {
    const fresh = await testDatabase()
    const wrong = new URL(fresh.url)
    wrong.pathname = '/there_is_none'
    const store = postgresqlStore({ url: wrong.href })
    await expect(store.ping()).rejects.toMatchObject({ code: 'store-failed', isRetryable: false })
    await store.close()
    await fresh.drop()
  })

  test('a server that is not there is unavailable', async () => {
    const store = postgresqlStore({ url: 'postgres://nobody@127.0.0.1:1/none' })
    await expect(store.ping()).rejects.toMatchObject({ code: 'store-unavailable', isRetryable: true })
    await store.close()
  })
})
