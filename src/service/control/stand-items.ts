import type { ItemStanding, LiveItem } from '../../core/live/live-item.ts'
import { Problem } from '../problem.ts'
import { existingItem, type Place, placed, sizeWarnings, unpinned } from './place-items.ts'
import type { PoolPlan, PoolView } from './pool-change.ts'

const NOTHING = { births: [], standings: [], itemIds: null, done: [], warnings: [] } as const

/** Never to be served again. A live item leaves the pool at once, also when the pool gets too small by it. */
export function planBan(view: PoolView, itemId: string): PoolPlan {
  const item = existingItem(view.items, itemId)
  if (item.standing === 'banned') return { ...NOTHING, cause: 'ban' }
  const isLive = view.state.poolIds.includes(itemId)
  const itemIds = isLive ? view.state.poolIds.filter((id) => id !== itemId) : null
  return {
    births: [],
    standings: [{ itemId, standing: 'banned', isPinned: false }],
    itemIds,
    cause: 'ban',
    done: [{ action: 'item-banned', details: { item: itemId, text: item.text, from: item.standing } }],
    warnings: itemIds === null ? [] : sizeWarnings(view, itemIds.length),
  }
}

/**
 * A waiting item may be served, or one that was banned or rejected may again. It gets a place in the pool; the first
 * pool starts once one slate's items are approved.
 */
export function planApproval(view: PoolView, itemId: string, place: Place): PoolPlan {
  const item = existingItem(view.items, itemId)
  const { poolIds, version } = view.state
  if (item.standing === 'approved' && poolIds.includes(itemId)) return { ...NOTHING, cause: 'approve' }
  const approved = {
    births: [],
    standings: item.standing === 'approved' ? [] : [{ itemId, standing: 'approved' as const }],
    cause: 'approve' as const,
  }
  const details = { item: itemId, text: item.text, from: item.standing }
  if (version === 0) {
    const ready = [...view.items.filter(({ id, standing }) => standing === 'approved' && id !== itemId), item]
    const { slateSize, poolSize } = view.context.config
    const enough = Math.min(slateSize, poolSize)
    return {
      ...approved,
      itemIds: ready.length < enough ? null : ready.map(({ id }) => id),
      done: [{ action: 'item-approved', details }],
      warnings:
        ready.length < enough
          ? [`The first pool starts with ${enough} approved items; there are ${ready.length}.`]
          : sizeWarnings(view, ready.length),
    }
  }
  const { itemIds, left } = placed(view, poolIds, [itemId], place, view.replacedBy(itemId))
  return {
    ...approved,
    standings: [...approved.standings, ...unpinned(view, left)],
    itemIds,
    done: [{ action: 'item-approved', details: { ...details, replaced: left } }],
    warnings: [],
  }
}

/** A waiting item will not be served. */
export function planRejection(view: PoolView, itemId: string): PoolPlan {
  const item = existingItem(view.items, itemId)
  if (item.standing === 'rejected') return { ...NOTHING, cause: 'approve' }
  if (item.standing !== 'waiting') {
    throw new Problem(
      'item-standing',
      `${itemId} is ${item.standing}; only a waiting item can be rejected. To take an item out, ban it.`,
      {
        field: 'standing',
      },
    )
  }
  return {
    ...NOTHING,
    standings: [{ itemId, standing: 'rejected' }],
    cause: 'approve',
    done: [{ action: 'item-rejected', details: { item: itemId, text: item.text } }],
  }
}

/** A pinned item stays in the pool until a person says otherwise; one that is not in the pool cannot be pinned. */
export function planPin(view: PoolView, itemId: string, isPinned: boolean): PoolPlan {
  const item = existingItem(view.items, itemId)
  if (item.isPinned === isPinned) return { ...NOTHING, cause: 'pin' }
  if (isPinned && !view.state.poolIds.includes(itemId)) {
    throw new Problem(
      'item-standing',
      `${itemId} is not in the pool; put it there first ("standing": "approved").`,
      {
        field: 'isPinned',
      },
    )
  }
  const { poolIds } = view.state
  return {
    ...NOTHING,
    standings: [{ itemId, isPinned }],
    // Another version, so that an iteration or a rollback that was planned without the pin cannot be committed.
    itemIds: poolIds.includes(itemId) ? poolIds : null,
    cause: 'pin',
    done: [
      { action: isPinned ? 'item-pinned' : 'item-unpinned', details: { item: itemId, text: item.text } },
    ],
  }
}

/** What a request asks of one item. */
export interface ItemChange {
  readonly standing?: Exclude<ItemStanding, 'waiting'>
  readonly isPinned?: boolean
  readonly place: Place
}

/** The plan of one change of an item's standing or pin. */
export function planItemChange(view: PoolView, itemId: string, change: ItemChange): PoolPlan {
  const { standing, isPinned, place } = change
  if (standing === undefined) return planPin(view, itemId, isPinned ?? false)
  const plan =
    standing === 'banned'
      ? planBan(view, itemId)
      : standing === 'rejected'
        ? planRejection(view, itemId)
        : planApproval(view, itemId, place)
  return isPinned === undefined ? plan : withPin(view, itemId, plan, isPinned)
}

function withPin(view: PoolView, itemId: string, plan: PoolPlan, isPinned: boolean): PoolPlan {
  const item: LiveItem = existingItem(view.items, itemId)
  const poolIds = plan.itemIds ?? view.state.poolIds
  if (isPinned && !poolIds.includes(itemId)) {
    throw new Problem('item-standing', `${itemId} is not in the pool, so it cannot be pinned.`, {
      field: 'isPinned',
    })
  }
  if (item.isPinned === isPinned) return plan
  const standings = plan.standings.filter((one) => one.itemId !== itemId)
  const own = plan.standings.find((one) => one.itemId === itemId)
  return {
    ...plan,
    itemIds: plan.itemIds ?? (poolIds.includes(itemId) ? poolIds : null),
    standings: [...standings, { itemId, ...own, isPinned }],
    done: [
      ...plan.done,
      { action: isPinned ? 'item-pinned' : 'item-unpinned', details: { item: itemId, text: item.text } },
    ],
  }
}
