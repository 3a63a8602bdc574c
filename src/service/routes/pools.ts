import type { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { ContextChange } from '../../ports/store/contexts.ts'
import { iterationView, modelCallView, versionView } from '../contract/pool-view.ts'
import {
  listIterationsRoute,
  listModelCallsRoute,
  listVersionsRoute,
  pauseRoute,
  resumeRoute,
  type rollbackAnswerSchema,
  rollbackRoute,
  runRoute,
} from '../contract/pools.ts'
import { changeContext } from '../control/change-context.ts'
import { existingArm, existingContext } from '../control/context-lookup.ts'
import { changePool, type PoolChange, type PoolView } from '../control/pool-change.ts'
import { planRollback } from '../control/write-items.ts'
import type { ServiceDependencies } from '../dependencies.ts'
import { auditEntry } from '../managed/audit-entry.ts'
import { cursors } from '../managed/cursors.ts'
import { entityTag, ifMatch, isUnchanged, mustMatch, type TagCondition } from '../managed/entity-tags.ts'
import { type Created, once } from '../managed/idempotency.ts'
import { servedAtOnce } from '../managed/served-at-once.ts'
import { Problem } from '../problem.ts'
import type { ServiceApp, ServiceEnvironment } from '../service-app.ts'

type RollbackAnswer = z.input<typeof rollbackAnswerSchema>

const VERSIONS = 20
const RECORDS = 10

/** Pools over time: versions, roll back, iterations, model calls; pause, resume, run now. */
export function addPoolRoutes(managed: ServiceApp, dependencies: ServiceDependencies): void {
  const { store, clock, hashes } = dependencies
  const { seal, open } = cursors(hashes)

  managed.openapi(listVersionsRoute, async (c) => {
    const { key, arm } = c.req.valid('param')
    const { cursor, limit = VERSIONS } = c.req.valid('query')
    const { context, state } = await existingArm(store, key, arm)
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
    // Of the arm's pool, whichever page it is asked with.
    const tag = entityTag(state.version)
    c.header('ETag', tag)
    c.header('Cache-Control', 'private, no-cache')
    if (isUnchanged(c.req.valid('header')['if-none-match'], tag)) return c.body(null, 304)
    return c.json({ versions: versions.map((one) => versionView(one, items)), next }, 200)
  })

  managed.openapi(rollbackRoute, async (c) => {
    const answer = await once<RollbackAnswer>(c, dependencies, async (keep) => {
      const { key, arm } = c.req.valid('param')
      const { version } = c.req.valid('json')
      const condition = ifMatch(c.req.valid('header')['if-match'])
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
      const rolledBack = (change: PoolChange): Created<RollbackAnswer> => {
        const items = [...(change.plan.itemIds ?? wanted.itemIds)]
        return {
          status: 200,
          body: { version: change.version, items, warnings: [...change.plan.warnings] },
          headers: { ETag: entityTag(change.version) },
        }
      }
      const plan = (view: PoolView) => {
        mustMatch(condition, entityTag(view.state.version))
        return planRollback(view, version, wanted.itemIds)
      }
      const where = { context: key, arm }
      const change = await changePool(store, where, who, plan, (one) => keep(rolledBack(one)))
      await servedAtOnce(dependencies)
      return rolledBack(change)
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

  managed.openapi(pauseRoute, async (c) => {
    const condition = ifMatch(c.req.valid('header')['if-match'])
    const context = await switched(c, c.req.valid('param').key, condition, 'paused', 'context-paused')
    return c.json({ key: context.key, status: context.status }, 200, { ETag: entityTag(context.revision) })
  })

  managed.openapi(resumeRoute, async (c) => {
    const condition = ifMatch(c.req.valid('header')['if-match'])
    const context = await switched(c, c.req.valid('param').key, condition, 'active', 'context-resumed')
    return c.json({ key: context.key, status: context.status }, 200, { ETag: entityTag(context.revision) })
  })

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
    await store.requestRun(context.id, arms, auditEntry(c, clock.now(), 'run-requested', key, { arms }))
    return c.json({ arms }, 202)
  })

  function switched(
    c: Context<ServiceEnvironment>,
    key: string,
    condition: TagCondition,
    status: 'active' | 'paused',
    action: string,
  ) {
    return changeContext(dependencies, key, condition, {
      change: async (before): Promise<ContextChange> => (before.status === status ? {} : { status }),
      audit: () => auditEntry(c, clock.now(), action, key),
    })
  }
}
