import { armView, contextView } from '../contract/context-view.ts'
import {
  changeContextRoute,
  createContextRoute,
  deleteContextRoute,
  getContextRoute,
  listArmsRoute,
  listContextsRoute,
} from '../contract/contexts.ts'
import { changeContext, changedFields, contextChange } from '../control/change-context.ts'
import { existingContext, unknownContext } from '../control/context-lookup.ts'
import { firstItems } from '../control/first-items.ts'
import { newContext, unchangedContext } from '../control/new-context.ts'
import type { ServiceDependencies } from '../dependencies.ts'
import { auditEntry } from '../managed/audit-entry.ts'
import { cursors } from '../managed/cursors.ts'
import { entityTag, ifMatch, isUnchanged, mustMatch } from '../managed/entity-tags.ts'
import { once } from '../managed/idempotency.ts'
import { preferredWait, untilServed } from '../managed/preferred-wait.ts'
import { servedAtOnce } from '../managed/served-at-once.ts'
import { untilSettled } from '../managed/until-settled.ts'
import { Problem } from '../problem.ts'
import type { ServiceApp } from '../service-app.ts'

const LIMIT = 50
const SEED_BOUND = 2 ** 31

/** Contexts: create, list, read, change, delete. */
export function addContextRoutes(managed: ServiceApp, dependencies: ServiceDependencies): void {
  const { store, clock, random, hashes, tasks, names } = dependencies
  const { seal, open } = cursors(hashes)

  managed.openapi(createContextRoute, async (c) => {
    const created = await once<ReturnType<typeof contextView>>(c, dependencies, async (keep) => {
      const { items, seed, ...wanted } = c.req.valid('json')
      const nowMs = clock.now()
      const context = await newContext({ ...wanted, seed: seed ?? random.integer(SEED_BOUND) }, tasks, names)
      const { key, task, topic } = context
      const firstPool =
        items === undefined
          ? undefined
          : await firstItems(items, context, tasks, {
              by: c.get('apiKey').name,
              nowMs,
              audit: (details) => auditEntry(c, nowMs, 'items-imported', key, details),
            })
      const made = unchangedContext(context, nowMs)
      const answer = {
        status: 201,
        body: contextView(made),
        headers: { Location: `/v1/contexts/${encodeURIComponent(key)}`, ETag: entityTag(made.revision) },
      } as const
      const audit = auditEntry(c, nowMs, 'context-created', key, { task, topic })
      const { kind } = await store.createContext(context, audit, { firstPool, answer: keep(answer) })
      if (kind === 'exists') {
        const detail = `There is a context ${JSON.stringify(key)}; PATCH changes it.`
        throw new Problem('context-exists', detail, { field: 'key' })
      }
      await servedAtOnce(dependencies)
      return answer
    })
    const waitSeconds = preferredWait(c.req.valid('header').prefer)
    if (waitSeconds > 0) {
      await untilServed(dependencies, created.body.key, waitSeconds * 1000, c.req.raw.signal)
      c.header('Preference-Applied', `wait=${waitSeconds}`)
    }
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
    const tag = entityTag(context.revision)
    c.header('ETag', tag)
    // A copy may be kept, but is to be asked about each time.
    c.header('Cache-Control', 'private, no-cache')
    if (isUnchanged(c.req.valid('header')['if-none-match'], tag)) return c.body(null, 304)
    return c.json(contextView(context), 200)
  })

  managed.openapi(changeContextRoute, async (c) => {
    const { key } = c.req.valid('param')
    const wanted = c.req.valid('json')
    const context = await changeContext(dependencies, key, ifMatch(c.req.valid('header')['if-match']), {
      change: (before) => contextChange(before, wanted, tasks, names),
      audit: (before, change) =>
        auditEntry(c, clock.now(), 'context-changed', key, changedFields(before, change)),
    })
    return c.json(contextView(context), 200, { ETag: entityTag(context.revision) })
  })

  managed.openapi(deleteContextRoute, async (c) => {
    const { key } = c.req.valid('param')
    const condition = ifMatch(c.req.valid('header')['if-match'])
    await untilSettled(async () => {
      const { revision } = await existingContext(store, key)
      mustMatch(condition, entityTag(revision))
      const deleted = await store.deleteContext(
        key,
        auditEntry(c, clock.now(), 'context-deleted', key),
        revision,
      )
      if (deleted === 'missing') throw unknownContext(key)
      return deleted === 'deleted' ? deleted : undefined
    })
    await servedAtOnce(dependencies)
    return c.body(null, 204)
  })

  managed.openapi(listArmsRoute, async (c) => {
    const context = await existingContext(store, c.req.valid('param').key)
    const arms = await store.arms(context.id)
    return c.json({ arms: arms.map((arm) => armView(context, arm)) }, 200)
  })
}
