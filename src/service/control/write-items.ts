import type { Refusal } from '../../core/checks/check.ts'
import { InputError } from '../../core/errors.ts'
import type { LiveItem } from '../../core/live/live-item.ts'
import type { TaskDefinition } from '../../core/task.ts'
import { nextItemNumber } from '../../optimizer/arm-view.ts'
import { Problem } from '../problem.ts'
import { type PersonChecks, personItem, personTextRefusal } from './person-text.ts'
import { existingItem, type Place, placed, sizeWarnings, unpinned } from './place-items.ts'
import type { PoolPlan, PoolView } from './pool-change.ts'

/** What became of one text of an import. */
export type ImportResult =
  | { readonly status: 'imported'; readonly id: string }
  | { readonly status: 'refused'; readonly reason: Refusal['reason']; readonly detail: string }

export interface ImportPlan extends PoolPlan {
  /** In the order of the texts. */
  readonly results: readonly ImportResult[]
}

export interface EditPlan extends PoolPlan {
  /** The new one. */
  readonly item: LiveItem
  readonly itemIds: readonly string[]
}

/** Texts that people wrote come into the pool and compete as any other; those that a check refuses stay out. */
export function planImport(
  view: PoolView,
  texts: readonly string[],
  options: { readonly place: Place; readonly checks: PersonChecks; readonly task: TaskDefinition },
): ImportPlan {
  const births: LiveItem[] = []
  const first = nextItemNumber(view.items)
  const results = texts.map((given): ImportResult => {
    const text = given.trim()
    const taken = [...view.items, ...births]
    const refusal = personTextRefusal(text, options.checks, options.task, view, taken)
    if (refusal !== null) return { status: 'refused', reason: refusal.reason, detail: refusal.detail }
    const birth = personItem(view, first + births.length, text)
    births.push(birth)
    return { status: 'imported', id: birth.id }
  })
  if (births.length === 0) {
    return { births, standings: [], itemIds: null, cause: 'import', done: [], warnings: [], results }
  }
  const ids = births.map(({ id }) => id)
  const { itemIds, left } = placed(view, view.state.poolIds, ids, options.place)
  return {
    births,
    standings: unpinned(view, left),
    itemIds,
    cause: 'import',
    done: [{ action: 'items-imported', details: { items: ids, replaced: left } }],
    warnings: sizeWarnings(view, itemIds.length),
    results,
  }
}

/**
 * A person's rewording of an item: another item, with lineage, in its place. The old one stays in the history and
 * keeps its counts; a waiting one is rejected with it.
 *
 * @throws Problem `item-unknown`, `pool-full`; InputError for a text that a check refuses
 */
export function planEdit(
  view: PoolView,
  itemId: string,
  given: string,
  options: { readonly place: Place; readonly checks: PersonChecks; readonly task: TaskDefinition },
): EditPlan {
  const old = existingItem(view.items, itemId)
  const text = given.trim()
  // Only a change of case or punctuation is an edit too, so the old one does not stand in its way.
  const others = view.items.filter(({ id }) => id !== itemId)
  const refusal = personTextRefusal(text, options.checks, options.task, view, others)
  if (refusal !== null) {
    throw new InputError('text', given, `it is refused (${refusal.reason}): ${refusal.detail}; change it`)
  }
  if (text === old.text) throw new InputError('text', given, 'it is the same as before; change it')
  const isLive = view.state.poolIds.includes(itemId)
  const item = personItem(view, nextItemNumber(view.items), text, {
    id: itemId,
    isPinned: isLive && old.isPinned,
  })
  const { itemIds, left } = isLive
    ? { itemIds: view.state.poolIds.map((id) => (id === itemId ? item.id : id)), left: [] }
    : placed(view, view.state.poolIds, [item.id], options.place)
  const standing = old.standing === 'waiting' ? [{ itemId, standing: 'rejected' as const }] : []
  const leaving = unpinned(view, isLive ? [itemId] : left)
  return {
    births: [item],
    standings: [...standing, ...leaving],
    itemIds,
    cause: 'edit',
    done: [
      {
        action: 'item-edited',
        details: { item: itemId, into: item.id, text: [old.text, text], replaced: left },
      },
    ],
    warnings: sizeWarnings(view, itemIds.length),
    item,
  }
}

/**
 * The pool of an earlier version, without what may not be served any more.
 *
 * @throws Problem `pool-empty` when nothing of it is left
 */
export function planRollback(view: PoolView, version: number, wantedIds: readonly string[]): PoolPlan {
  const allowed = new Set(view.items.filter(({ standing }) => standing === 'approved').map(({ id }) => id))
  const itemIds = wantedIds.filter((id) => allowed.has(id))
  const missing = wantedIds.filter((id) => !allowed.has(id))
  if (itemIds.length === 0) {
    throw new Problem(
      'pool-empty',
      `Nothing of version ${version} may be served any more (${missing.join(', ')}).`,
      {
        field: 'version',
      },
    )
  }
  const isSame =
    itemIds.length === view.state.poolIds.length && itemIds.every((id, at) => id === view.state.poolIds[at])
  if (isSame)
    return {
      births: [],
      standings: [],
      itemIds: null,
      cause: 'rollback',
      done: [],
      warnings: ['The pool is that of this version already.'],
    }
  const left = view.state.poolIds.filter((id) => !itemIds.includes(id))
  return {
    births: [],
    standings: unpinned(view, left),
    itemIds,
    cause: 'rollback',
    done: [
      { action: 'pool-rolled-back', details: { to: version, from: view.state.version, leftOut: missing } },
    ],
    warnings: [
      ...(missing.length > 0
        ? [`Left out, because they may not be served any more: ${missing.join(', ')}.`]
        : []),
      ...sizeWarnings(view, itemIds.length),
    ],
  }
}
