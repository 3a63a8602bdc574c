import type { Context } from 'hono'
import type { TaskDefinition } from '../../core/task.ts'
import { itemView } from '../contract/item-view.ts'
import { changeItemRoute, editItemRoute, importItemsRoute, listItemsRoute } from '../contract/items.ts'
import { bannedElsewhere } from '../control/ban-everywhere.ts'
import { withoutUndefined } from '../control/checked-config.ts'
import { existingArm, existingContext } from '../control/context-lookup.ts'
import { existingItem } from '../control/place-items.ts'
import { changePool, type PoolChange, type PoolPlan } from '../control/pool-change.ts'
import { planItemChange } from '../control/stand-items.ts'
import { planEdit, planImport } from '../control/write-items.ts'
import type { ServiceDependencies } from '../dependencies.ts'
import { auditEntry } from '../managed/audit-entry.ts'
import { cursors } from '../managed/cursors.ts'
import { once } from '../managed/idempotency.ts'
import { Problem } from '../problem.ts'
import type { ServiceApp, ServiceEnvironment } from '../service-app.ts'

const LIMIT = 100

/** Items of an arm: list, import, approve, reject, ban, pin, edit. */
export function addItemRoutes(managed: ServiceApp, dependencies: ServiceDependencies): void {
  const { store, serving, clock, hashes, tasks } = dependencies
  const { seal, open } = cursors(hashes)

  managed.openapi(listItemsRoute, async (c) => {
    const { key, arm } = c.req.valid('param')
    const { cursor, limit = LIMIT, standing, live } = c.req.valid('query')
    const { context, state } = await existingArm(store, key, arm)
    const list = `items/${context.id}/${arm}`
    const afterId = open(list, cursor)
    const all = await store.items(context.id, arm)
    const from = afterId === undefined ? 0 : all.findIndex(({ id }) => id === afterId) + 1
    const wanted = all
      .slice(from)
      .map((item) => itemView(item, state.poolIds))
      .filter((item) => standing === undefined || item.standing === standing)
      .filter((item) => live === undefined || item.isLive === (live === 'true'))
    const items = wanted.slice(0, limit)
    const next = wanted.length > limit ? seal(list, items.at(-1)?.id ?? null) : null
    return c.json({ items, next }, 200)
  })

  managed.openapi(importItemsRoute, async (c) => {
    const answer = await once(c, dependencies, async () => {
      const { key, arm } = c.req.valid('param')
      const { items, place, checks } = c.req.valid('json')
      const task = await taskOf(key)
      const texts = items.map(({ text }) => text)
      const change = await changed(c, key, arm, (view) => planImport(view, texts, { place, checks, task }))
      const { results, warnings } = change.plan
      return {
        status: 200,
        body: { results: [...results], version: change.version, warnings: [...warnings] },
      }
    })
    return c.json(answer.body, 200, { ...answer.headers })
  })

  managed.openapi(changeItemRoute, async (c) => {
    const { key, arm, id } = c.req.valid('param')
    const { everywhere, place, ...rest } = c.req.valid('json')
    const wanted = { ...withoutUndefined(rest), place }
    const { plan, version } = await changed(c, key, arm, (view) => planItemChange(view, id, wanted))
    const { context, state } = await existingArm(store, key, arm)
    const item = existingItem(await store.items(context.id, arm), id)
    const isBan = wanted.standing === 'banned' && everywhere
    const alsoBanned = isBan
      ? await bannedElsewhere(store, { context: key, arm }, item.text, who(c, key))
      : []
    if (alsoBanned.length > 0) await serving.refresh()
    return c.json(
      { item: itemView(item, state.poolIds), version, warnings: [...plan.warnings], alsoBanned },
      200,
    )
  })

  managed.openapi(editItemRoute, async (c) => {
    const answer = await once(c, dependencies, async () => {
      const { key, arm, id } = c.req.valid('param')
      const { text, place, checks } = c.req.valid('json')
      const task = await taskOf(key)
      const change = await changed(c, key, arm, (view) => planEdit(view, id, text, { place, checks, task }))
      const { context, state } = await existingArm(store, key, arm)
      const item = existingItem(await store.items(context.id, arm), change.plan.id)
      const { warnings } = change.plan
      return {
        status: 201,
        body: { item: itemView(item, state.poolIds), version: change.version, warnings: [...warnings] },
      }
    })
    return c.json(answer.body, 201, { ...answer.headers })
  })

  /** Commits a plan, serves it at once, and asks for an iteration where the pool got too small. */
  async function changed<P extends PoolPlan>(
    c: Context<ServiceEnvironment>,
    key: string,
    arm: string,
    plan: (view: Parameters<Parameters<typeof changePool>[3]>[0]) => P,
  ): Promise<PoolChange<P>> {
    const change = await changePool(store, { context: key, arm }, who(c, key), plan)
    const { context, state } = await existingArm(store, key, arm)
    const isFrozen = context.config.arms.find((one) => one.key === arm)?.isFrozen ?? true
    if (change.plan.itemIds !== null && !isFrozen && state.poolIds.length < context.config.poolSize) {
      await store.requestRun(context.id, arm)
    }
    await serving.refresh()
    return change
  }

  function who(c: Context<ServiceEnvironment>, key: string) {
    const nowMs = clock.now()
    return {
      by: c.get('apiKey').name,
      nowMs,
      audit: (action: string, details: object) => auditEntry(c, nowMs, action, key, { ...details }),
    }
  }

  async function taskOf(key: string): Promise<TaskDefinition> {
    const { task } = await existingContext(store, key)
    const found = await tasks.find(task)
    if (found === undefined) throw new Problem('task-unknown', `The context's task ${task} is gone.`)
    return found
  }
}
