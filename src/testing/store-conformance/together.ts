import { describe, expect, test } from 'vitest'
import { DEFAULT_CONTEXT_CONFIG, NO_BUDGET } from '../../core/live/context-config.ts'
import type { ApiKey } from '../../ports/store/access.ts'
import type { AuditEntry } from '../../ports/store/audit.ts'
import type { IdempotentAnswer } from '../../ports/store/idempotency.ts'
import {
  audit,
  event,
  firstPool,
  freshContext,
  freshDay,
  item,
  type Shared,
  slate,
  uniqueName,
} from './fixture.ts'

const apiKey = (id: string, change: Partial<ApiKey> = {}): ApiKey => ({
  id,
  kind: 'publishable',
  name: 'shop',
  hash: 'b'.repeat(64),
  origins: [],
  mayCreateContexts: false,
  createdAtMs: 1,
  endsAtMs: null,
  ...change,
})

/** What must be written together: a change, its line in the audit, the answer to its request. */
export function togetherConformance(shared: Shared): void {
  const claimed = async (): Promise<IdempotentAnswer> => {
    const answer = {
      scope: 'scope',
      key: uniqueName(shared, 'claim'),
      requestHash: 'hash',
      status: 201,
      body: '{"made":true}',
    }
    expect(await shared.store.idempotent(answer, 5)).toBeUndefined()
    return answer
  }
  const kept = (answer: IdempotentAnswer) => shared.store.idempotent(answer, 5)
  const lines = async (contextKey: string) =>
    (await shared.store.audit({ contextKey, cursor: null, limit: 20 })).entries
  const newContext = () => ({
    key: uniqueName(shared, 'made'),
    task: 'shopping-question',
    topic: 'Vacuums',
    seed: 1,
    config: DEFAULT_CONTEXT_CONFIG,
  })

  describe('a context with its first pool', () => {
    test('is made whole, and no arm waits for the optimizer but those that follow the pool', async () => {
      const { store } = shared
      const given = newContext()
      const { key } = given
      const pool = { arm: 'live', births: [item(0), item(1), item(2)], audit: [audit('items-imported', key)] }
      const answer = await claimed()
      const { kind, context } = await store.createContext(given, audit('context-created', key), {
        firstPool: pool,
        answer,
      })
      expect(kind).toBe('created')
      expect(await store.versions(context.id, 'live', { limit: 5 })).toEqual([
        {
          version: 1,
          iteration: 0,
          itemIds: ['i0', 'i1', 'i2'],
          cause: 'import',
          by: 'test',
          createdAtMs: 5,
        },
      ])
      expect(await store.items(context.id, 'live')).toEqual(pool.births)
      expect((await lines(key)).map(({ action }) => action)).toEqual(['items-imported', 'context-created'])
      expect(await kept(answer)).toEqual({ requestHash: 'hash', status: 201, body: answer.body })
      const due = await store.claimDueArms({ node: 'n', nowMs: 10, leaseMs: 10, limit: 1000 })
      expect(due.filter(({ lease }) => lease.contextId === context.id).map(({ lease }) => lease.arm)).toEqual(
        ['holdout'],
      )
      const again = await claimed()
      expect(await store.createContext(given, audit(), { firstPool: pool, answer: again })).toMatchObject({
        kind: 'exists',
      })
      expect(await kept(again)).toMatchObject({ status: null })
      expect(await store.items(context.id, 'live')).toHaveLength(3)
    })
  })

  describe('an answer', () => {
    test('is kept with its change, and a claim that is lost takes the change back', async () => {
      const { store } = shared
      const { id, key } = await freshContext(shared)
      const lost = { ...(await claimed()), requestHash: 'of another' }
      const isLost = { code: 'claim-lost', isRetryable: true }
      const given = newContext()
      await expect(store.createContext(given, audit(), { answer: lost })).rejects.toMatchObject(isLost)
      expect(await store.context(given.key)).toBeUndefined()
      await expect(store.commitPool({ ...firstPool(id), answer: lost })).rejects.toMatchObject(isLost)
      expect((await store.arms(id))[0]?.version).toBe(0)
      expect(await store.items(id, 'live')).toEqual([])
      const made = apiKey(uniqueName(shared, 'fk_pub'))
      await expect(store.addKey(made, audit(), lost)).rejects.toMatchObject(isLost)
      await store.addKey(made, audit())
      const next = apiKey(uniqueName(shared, 'fk_pub'))
      const rotation = { id: made.id, endsAtMs: 9, key: next }
      await expect(store.rotateKey(rotation, [], lost)).rejects.toMatchObject(isLost)
      const keys = async () => (await store.keys()).filter((one) => [made.id, next.id].includes(one.id))
      expect(await keys()).toEqual([made])

      const answers = [await claimed(), await claimed()] as const
      await store.commitPool({ ...firstPool(id), answer: answers[0] })
      expect(await store.rotateKey(rotation, [audit('rotated', key)], answers[1])).toBe('done')
      expect((await Promise.all(answers.map(kept))).map((one) => one?.status)).toEqual([201, 201])
      expect(await keys()).toEqual(expect.arrayContaining([{ ...made, endsAtMs: 9 }, next]))
      expect(await lines(key)).toMatchObject([{ action: 'rotated' }, { action: 'context-created' }])
      // Answered once, it is no claim any more.
      await expect(
        store.commitPool({ ...firstPool(id), fromVersion: 1, births: [], answer: answers[0] }),
      ).rejects.toMatchObject(isLost)
      expect(await store.rotateKey(rotation, [], await claimed())).toBe('ended')
      expect(await store.rotateKey({ ...rotation, id: 'none such' }, [])).toBe('missing')
    })
  })

  describe('the audit', () => {
    test('has every change of counts, with its figures', async () => {
      const { store } = shared
      const { id } = await freshContext(shared)
      const issuedAtMs = freshDay(shared)
      const on = slate(shared, { contextId: id, issuedAtMs, visitor: uniqueName(shared, 'visitor') })
      await store.ingest([event(shared, on, 'impression'), event(shared, on, 'click', 1)])
      await store.countClosed(issuedAtMs + 5000)
      const where = uniqueName(shared, 'figures')
      const line = (action: string) => audit(action, where)
      const counted = await store.recount(line('recounted'))
      expect(await lines(where)).toMatchObject([{ action: 'recounted', details: { ...counted } }])
      await store.deleteVisitor(on.visitor, line('visitor-deleted'))
      expect((await lines(where))[0]).toMatchObject({
        action: 'visitor-deleted',
        details: { why: 'conformance', events: 2 },
      })
      const { days, events } = await store.dropEventsBefore(issuedAtMs + 86_400_000, line('events-dropped'))
      expect((await lines(where))[0]).toMatchObject({ action: 'events-dropped', details: { days, events } })
      await store.dropEventsBefore(issuedAtMs + 86_400_000, line('events-dropped'))
      expect(await lines(where)).toHaveLength(3)
    })

    test('and its change are written together, or neither', async () => {
      const { store } = shared
      if (store.kind === 'memory') return
      // A text in these databases cannot hold a NUL.
      const refused: AuditEntry = { ...audit(), contextKey: 'nul \u0000' }
      const { id, key, revision } = await freshContext(shared)
      const issuedAtMs = freshDay(shared)
      const on = slate(shared, { contextId: id, issuedAtMs, visitor: uniqueName(shared, 'visitor') })
      await store.commitPool(firstPool(id))
      await store.ingest([event(shared, on, 'click', 0)])
      await store.countClosed(issuedAtMs + 5000)
      const budget = await store.budget()
      const made = apiKey(uniqueName(shared, 'fk_pub'))
      await store.addKey(made, audit())
      const state = async () => ({
        context: await store.context(key),
        arms: await store.arms(id),
        tallies: await store.tallies(id, 'live'),
        events: (await store.events({ contextId: id, cursor: null, limit: 9 })).events,
        keys: await store.keys(),
        tasks: await store.tasks(),
        budget: await store.budget(),
      })
      const before = await state()
      const changes: Record<string, () => Promise<unknown>> = {
        create: () => store.createContext(newContext(), refused),
        update: () => store.updateContext(key, { topic: 'Mops' }, revision, refused),
        delete: () => store.deleteContext(key, refused),
        commit: () =>
          store.commitPool({ ...firstPool(id), fromVersion: 1, births: [item(3)], audit: [refused] }),
        run: () => store.requestRun(id, ['live'], refused),
        forget: () => store.deleteVisitor(on.visitor, refused),
        drop: () => store.dropEventsBefore(issuedAtMs + 86_400_000, refused),
        recount: () => store.recount(refused),
        key: () => store.addKey(apiKey(uniqueName(shared, 'fk_pub')), refused),
        end: () => store.endKey(made.id, 9, refused),
        rotate: () =>
          store.rotateKey({ id: made.id, endsAtMs: 9, key: apiKey(uniqueName(shared, 'fk_pub')) }, [refused]),
        budget: () => store.setBudget({ ...NO_BUDGET, calls: 99 }, budget, refused),
      }
      for (const [name, change] of Object.entries(changes)) {
        expect([
          name,
          await change().then(
            () => 'done',
            ({ code }) => code,
          ),
        ]).toEqual([name, 'store-failed'])
      }
      expect(await state()).toEqual(before)
    })
  })

  describe('two writers at once', () => {
    test('of two who judge a waiting item the second is a conflict', async () => {
      const { store } = shared
      const { id } = await freshContext(shared)
      const waiting = { ...firstPool(id), births: [item(0, { standing: 'waiting' })], pool: null }
      await store.commitPool(waiting)
      const from = { standing: 'waiting', isPinned: false } as const
      const judge = (standing: 'approved' | 'rejected') =>
        store.commitPool({ ...waiting, births: [], standings: [{ itemId: 'i0', standing, from }] })
      const judged = await Promise.all([judge('approved'), judge('rejected')])
      expect(judged.map(({ kind }) => kind).sort()).toEqual(['committed', 'conflict'])
      expect(judged.find(({ kind }) => kind === 'conflict')).toMatchObject({ reason: 'version' })
    })

    test('a context that changed is not deleted by who knew the old one', async () => {
      const { store } = shared
      const { key } = await freshContext(shared)
      await store.updateContext(key, { topic: 'Mops' }, 1, audit())
      expect(await store.deleteContext(key, audit(), 1)).toBe('conflict')
      expect(await store.deleteContext(key, audit(), 2)).toBe('deleted')
      expect(await store.deleteContext(key, audit(), 2)).toBe('missing')
    })

    test('the last secret key without an end stays', async () => {
      const { store } = shared
      const [one, two] = [uniqueName(shared, 'fk_sec'), uniqueName(shared, 'fk_sec')]
      for (const id of [one, two]) await store.addKey(apiKey(id, { kind: 'secret' }), audit())
      const others = (await store.keys()).filter(
        ({ id, kind, endsAtMs }) => kind === 'secret' && endsAtMs === null && id !== one && id !== two,
      )
      for (const { id } of others) await store.endKey(id, 5, audit())
      const ended = await Promise.all([one, two].map((id) => store.endKey(id, 5, audit())))
      expect(ended.sort()).toEqual(['done', 'last-secret'])
    })

    test('a pool that got too small is due at once', async () => {
      const { store } = shared
      const { id } = await freshContext(shared)
      await store.commitPool({ ...firstPool(id), requestsRun: true })
      expect((await store.arms(id))[0]).toMatchObject({ isRunRequested: true })
    })
  })
}
