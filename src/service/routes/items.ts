import type { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { TaskDefinition } from '../../core/task.ts'
import { itemTag, itemView } from '../contract/item-view.ts'
import {
  changeItemRoute,
  type editAnswerSchema,
  editItemRoute,
  getItemRoute,
  type importAnswerSchema,
  importItemsRoute,
  listItemsRoute,
} from '../contract/items.ts'
import { bannedElsewhere } from '../control/ban-everywhere.ts'
import { withoutUndefined } from '../control/checked-config.ts'
import { existingArm, existingContext } from '../control/context-lookup.ts'
import { existingItem } from '../control/place-items.ts'
import { changePool, type PoolChange, type PoolView } from '../control/pool-change.ts'
import { planItemChange } from '../control/stand-items.ts'
import { type EditPlan, type ImportPlan, planEdit, planImport } from '../control/write-items.ts'
import type { ServiceDependencies } from '../dependencies.ts'
import { auditEntry } from '../managed/audit-entry.ts'
import { cursors } from '../managed/cursors.ts'
import { entityTag, ifMatch, isUnchanged, mustMatch } from '../managed/entity-tags.ts'
import { type Created, once } from '../managed/idempotency.ts'
import { servedAtOnce } from '../managed/served-at-once.ts'
import { Problem } from '../problem.ts'
import type { ServiceApp, ServiceEnvironment } from '../service-app.ts'

const LIMIT = 100

type ImportAnswer = z.input<typeof importAnswerSchema>
type EditAnswer = z.input<typeof editAnswerSchema>

/** Items of an arm: list, import, approve, reject, ban, pin, edit. */
export function addItemRoutes(managed: ServiceApp, dependencies: ServiceDependencies): void {
  const { store, clock, hashes, tasks } = dependencies
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

  managed.openapi(getItemRoute, async (c) => {
    const { key, arm, id } = c.req.valid('param')
    const { context, state } = await existingArm(store, key, arm)
    const view = itemView(existingItem(await store.items(context.id, arm), id), state.poolIds)
    c.header('ETag', itemTag(view))
    c.header('Cache-Control', 'private, no-cache')
    if (isUnchanged(c.req.valid('header')['if-none-match'], itemTag(view))) return c.body(null, 304)
    return c.json(view, 200)
  })

  managed.openapi(importItemsRoute, async (c) => {
    const answer = await once<ImportAnswer>(c, dependencies, async (keep) => {
      const { key, arm } = c.req.valid('param')
      const { items, place, checks } = c.req.valid('json')
      const condition = ifMatch(c.req.valid('header')['if-match'])
      const task = await taskOf(key)
      const texts = items.map(({ text }) => text)
      const imported = ({ plan, version }: PoolChange<ImportPlan>): Created<ImportAnswer> => ({
        status: 200,
        body: { results: [...plan.results], version, warnings: [...plan.warnings] },
      })
      const plan = (view: PoolView) => {
        mustMatch(condition, entityTag(view.state.version))
        return planImport(view, texts, { place, checks, task })
      }
      const where = { context: key, arm }
      const change = await changePool(store, where, who(c, key), plan, (one) => keep(imported(one)))
      await servedAtOnce(dependencies)
      return imported(change)
    })
    return c.json(answer.body, 200, { ...answer.headers })
  })

  managed.openapi(changeItemRoute, async (c) => {
    const { key, arm, id } = c.req.valid('param')
    const { everywhere, place, ...rest } = c.req.valid('json')
    const condition = ifMatch(c.req.valid('header')['if-match'])
    const wanted = { ...withoutUndefined(rest), place }
    const { plan, version } = await changePool(store, { context: key, arm }, who(c, key), (view) => {
      mustMatch(condition, itemTag(itemView(existingItem(view.items, id), view.state.poolIds)))
      return planItemChange(view, id, wanted)
    })
    const { context, state } = await existingArm(store, key, arm)
    const item = existingItem(await store.items(context.id, arm), id)
    const isBan = wanted.standing === 'banned' && everywhere
    const alsoBanned = isBan
      ? await bannedElsewhere(store, { context: key, arm }, item.text, who(c, key))
      : []
    await servedAtOnce(dependencies)
    const view = itemView(item, state.poolIds)
    return c.json({ item: view, version, warnings: [...plan.warnings], alsoBanned }, 200, {
      ETag: itemTag(view),
    })
  })

  managed.openapi(editItemRoute, async (c) => {
    const answer = await once<EditAnswer>(c, dependencies, async (keep) => {
      const { key, arm, id } = c.req.valid('param')
      const { text, place, checks } = c.req.valid('json')
      const condition = ifMatch(c.req.valid('header')['if-match'])
      const task = await taskOf(key)
      const edited = ({ plan, version }: PoolChange<EditPlan>): Created<EditAnswer> => {
        const item = itemView(plan.item, plan.itemIds)
        return {
          status: 201,
          body: { item, version, warnings: [...plan.warnings] },
          headers: { ETag: itemTag(item) },
        }
      }
      const plan = (view: PoolView) => {
        mustMatch(condition, itemTag(itemView(existingItem(view.items, id), view.state.poolIds)))
        return planEdit(view, id, text, { place, checks, task })
      }
      const where = { context: key, arm }
      const change = await changePool(store, where, who(c, key), plan, (one) => keep(edited(one)))
      await servedAtOnce(dependencies)
      return edited(change)
    })
    return c.json(answer.body, 201, { ...answer.headers })
  })

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
