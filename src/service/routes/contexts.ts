import { armView, contextView } from '../contract/context-view.ts'
import {
  changeContextRoute,
  createContextRoute,
  deleteContextRoute,
  getContextRoute,
  listArmsRoute,
  listContextsRoute,
} from '../contract/contexts.ts'
import { changedFields, contextChange, newContext } from '../control/change-context.ts'
import { existingContext, unknownContext } from '../control/context-lookup.ts'
import { firstItems } from '../control/first-items.ts'
import type { ServiceDependencies } from '../dependencies.ts'
import { auditEntry } from '../managed/audit-entry.ts'
import { cursors } from '../managed/cursors.ts'
import { entityTag, expectedRevision, isUnchanged } from '../managed/entity-tags.ts'
import { once } from '../managed/idempotency.ts'
import { Problem } from '../problem.ts'
import type { ServiceApp } from '../service-app.ts'

const LIMIT = 50
const SEED_BOUND = 2 ** 31
/** A change that names no revision is made on the newest; this often in a row hardly anybody is faster. */
const TRIES = 5

/** Contexts: create, list, read, change, delete. */
export function addContextRoutes(managed: ServiceApp, dependencies: ServiceDependencies): void {
  const { store, serving, clock, random, hashes, tasks, names } = dependencies
  const { seal, open } = cursors(hashes)

  managed.openapi(createContextRoute, async (c) => {
    const created = await once(c, dependencies, async () => {
      const { items, seed, ...wanted } = c.req.valid('json')
      const nowMs = clock.now()
      const context = await newContext({ ...wanted, seed: seed ?? random.integer(SEED_BOUND) }, tasks, names)
      const texts = items === undefined ? undefined : await firstItems(items, context, tasks, nowMs)
      const audit = auditEntry(c, nowMs, 'context-created', context.key, {
        task: context.task,
        topic: context.topic,
      })
      const result = await store.createContext(context, audit)
      if (result.kind === 'exists') {
        throw new Problem(
          'context-exists',
          `There is a context ${JSON.stringify(context.key)}; PATCH changes it.`,
          {
            field: 'key',
          },
        )
      }
      await texts?.commitTo(store, result.context, (action, details) =>
        auditEntry(c, nowMs, action, context.key, { ...details }),
      )
      await serving.refresh()
      const { key, revision } = result.context
      return {
        status: 201,
        body: contextView(result.context),
        headers: { Location: `/v1/contexts/${encodeURIComponent(key)}`, ETag: entityTag(revision) },
      }
    })
    return c.json(created.body, 201, { ...created.headers })
  })

  managed.openapi(listContextsRoute, async (c) => {
    const { cursor, limit = LIMIT } = c.req.valid('query')
    const afterKey = open('contexts', cursor)
    const page = await store.contexts({ limit: limit + 1, ...(afterKey === undefined ? {} : { afterKey }) })
    const contexts = page.slice(0, limit)
    const next = page.length > limit ? seal('contexts', contexts.at(-1)?.key ?? null) : null
    return c.json({ contexts: contexts.map(contextView), next }, 200)
  })

  managed.openapi(getContextRoute, async (c) => {
    const context = await existingContext(store, c.req.valid('param').key)
    c.header('ETag', entityTag(context.revision))
    // A copy may be kept, but is to be asked about each time.
    c.header('Cache-Control', 'private, no-cache')
    if (isUnchanged(c.req.valid('header')['if-none-match'], context.revision)) return c.body(null, 304)
    return c.json(contextView(context), 200)
  })

  managed.openapi(changeContextRoute, async (c) => {
    const { key } = c.req.valid('param')
    const expected = expectedRevision(c.req.valid('header')['if-match'])
    const wanted = c.req.valid('json')
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const before = await existingContext(store, key)
      if (expected !== null && expected !== before.revision) throw mismatch(before.revision)
      const change = await contextChange(before, wanted, tasks, names)
      if (Object.keys(change).length === 0) {
        return c.json(contextView(before), 200, { ETag: entityTag(before.revision) })
      }
      const audit = auditEntry(c, clock.now(), 'context-changed', key, changedFields(before, change))
      const result = await store.updateContext(key, change, before.revision, audit)
      if (result.kind === 'missing') throw unknownContext(key)
      if (result.kind === 'updated') {
        await serving.refresh()
        return c.json(contextView(result.context), 200, { ETag: entityTag(result.context.revision) })
      }
      if (expected !== null) throw mismatch(result.context.revision)
    }
    throw new Problem(
      'revision-mismatch',
      'It changed again and again meanwhile; send the same request again.',
    )
  })

  managed.openapi(deleteContextRoute, async (c) => {
    const { key } = c.req.valid('param')
    const deleted = await store.deleteContext(key, auditEntry(c, clock.now(), 'context-deleted', key))
    if (deleted === 'missing') throw unknownContext(key)
    await serving.refresh()
    return c.body(null, 204)
  })

  managed.openapi(listArmsRoute, async (c) => {
    const context = await existingContext(store, c.req.valid('param').key)
    const arms = await store.arms(context.id)
    return c.json({ arms: arms.map((arm) => armView(context, arm)) }, 200)
  })
}

function mismatch(revision: number): Problem {
  return new Problem('revision-mismatch', `It has revision ${entityTag(revision)} now; read it again.`, {
    field: 'If-Match',
    headers: { ETag: entityTag(revision) },
  })
}
