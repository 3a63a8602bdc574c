import type { Context } from 'hono'
import { iterationView, modelCallView, versionView } from '../contract/pool-view.ts'
import {
  listIterationsRoute,
  listModelCallsRoute,
  listVersionsRoute,
  pauseRoute,
  resumeRoute,
  rollbackRoute,
  runRoute,
} from '../contract/pools.ts'
import { existingArm, existingContext, unknownContext } from '../control/context-lookup.ts'
import { changePool } from '../control/pool-change.ts'
import { planRollback } from '../control/write-items.ts'
import type { ServiceDependencies } from '../dependencies.ts'
import { auditEntry } from '../managed/audit-entry.ts'
import { cursors } from '../managed/cursors.ts'
import { once } from '../managed/idempotency.ts'
import { Problem } from '../problem.ts'
import type { ServiceApp, ServiceEnvironment } from '../service-app.ts'

const VERSIONS = 20
const RECORDS = 10

/** Pools over time: versions, roll back, iterations, model calls; pause, resume, run now. */
export function addPoolRoutes(managed: ServiceApp, dependencies: ServiceDependencies): void {
  const { store, serving, clock, hashes } = dependencies
  const { seal, open } = cursors(hashes)

  managed.openapi(listVersionsRoute, async (c) => {
    const { key, arm } = c.req.valid('param')
    const { cursor, limit = VERSIONS } = c.req.valid('query')
    const { context } = await existingArm(store, key, arm)
    const list = `versions/${context.id}/${arm}`
    const before = open(list, cursor)
    const [page, items] = await Promise.all([
      store.versions(context.id, arm, {
        limit: limit + 1,
        ...(before === undefined ? {} : { beforeVersion: Number(before) }),
      }),
      store.items(context.id, arm),
    ])
    const versions = page.slice(0, limit)
    const next = page.length > limit ? seal(list, String(versions.at(-1)?.version)) : null
    return c.json({ versions: versions.map((one) => versionView(one, items)), next }, 200)
  })

  managed.openapi(rollbackRoute, async (c) => {
    const answer = await once(c, dependencies, async () => {
      const { key, arm } = c.req.valid('param')
      const { version } = c.req.valid('json')
      const { context } = await existingArm(store, key, arm)
      const wanted = await store.version(context.id, arm, version)
      if (wanted === undefined) {
        throw new Problem('version-unknown', `The arm ${arm} has no version ${version}.`, {
          field: 'version',
        })
      }
      const nowMs = clock.now()
      const who = {
        by: c.get('apiKey').name,
        nowMs,
        audit: (action: string, details: object) => auditEntry(c, nowMs, action, key, { ...details }),
      }
      const change = await changePool(store, { context: key, arm }, who, (view) =>
        planRollback(view, version, wanted.itemIds),
      )
      await serving.refresh()
      const { itemIds, warnings } = change.plan
      return {
        status: 200,
        body: {
          version: change.version,
          items: [...(itemIds ?? wanted.itemIds)],
          warnings: [...warnings],
        },
      }
    })
    return c.json(answer.body, 200, { ...answer.headers })
  })

  managed.openapi(listIterationsRoute, async (c) => {
    const { key, arm } = c.req.valid('param')
    const { cursor, limit = RECORDS } = c.req.valid('query')
    const { context } = await existingArm(store, key, arm)
    const list = `iterations/${context.id}/${arm}`
    const before = open(list, cursor)
    const page = await store.iterations(context.id, arm, {
      limit: limit + 1,
      ...(before === undefined ? {} : { before: Number(before) }),
    })
    const iterations = page.slice(0, limit)
    const next = page.length > limit ? seal(list, String(iterations.at(-1)?.iteration)) : null
    return c.json({ iterations: iterations.map(iterationView), next }, 200)
  })

  managed.openapi(listModelCallsRoute, async (c) => {
    const { cursor, limit = RECORDS } = c.req.valid('query')
    const context = await existingContext(store, c.req.valid('param').key)
    const list = `model-calls/${context.id}`
    const { calls, next } = await store.modelCalls(context.id, { cursor: open(list, cursor) ?? null, limit })
    return c.json({ modelCalls: calls.map(modelCallView), next: seal(list, next) }, 200)
  })

  managed.openapi(pauseRoute, async (c) =>
    c.json(await switched(c, c.req.valid('param').key, 'paused', 'context-paused'), 200),
  )

  managed.openapi(resumeRoute, async (c) =>
    c.json(await switched(c, c.req.valid('param').key, 'active', 'context-resumed'), 200),
  )

  managed.openapi(runRoute, async (c) => {
    const { key } = c.req.valid('param')
    const { arm } = c.req.valid('json')
    if (arm !== undefined) await existingArm(store, key, arm)
    const context = await existingContext(store, key)
    if (context.status === 'paused') {
      throw new Problem('context-paused', `${JSON.stringify(key)} is paused; resume it first.`)
    }
    const able = context.config.arms.filter(({ isFrozen }) => !isFrozen).map((one) => one.key)
    if (arm !== undefined && !able.includes(arm)) {
      throw new Problem('arm-frozen', `${arm} keeps its first pool; arms that can run: ${able.join(', ')}.`, {
        field: 'arm',
      })
    }
    const arms = arm === undefined ? able : [arm]
    await store.appendAudit(auditEntry(c, clock.now(), 'run-requested', key, { arms }))
    for (const one of arms) await store.requestRun(context.id, one)
    return c.json({ arms }, 202)
  })

  async function switched(
    c: Context<ServiceEnvironment>,
    key: string,
    status: 'active' | 'paused',
    action: string,
  ) {
    const before = await existingContext(store, key)
    if (before.status !== status) {
      const result = await store.updateContext(key, { status }, null, auditEntry(c, clock.now(), action, key))
      if (result.kind === 'missing') throw unknownContext(key)
      await serving.refresh()
    }
    return { key, status }
  }
}
