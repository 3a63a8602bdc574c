import { describeValue } from '../../core/errors.ts'
import type { LiveItem } from '../../core/live/live-item.ts'
import { Problem } from '../problem.ts'
import type { PoolView } from './pool-change.ts'

/**
 * Where items that a person puts into a pool go: `free` places only, in place of the `worst`, or as the whole pool
 * (`all`).
 */
export type Place = 'free' | 'worst' | 'all'

export interface Placed {
  readonly itemIds: readonly string[]
  /** Items that made room. */
  readonly left: readonly string[]
}

/**
 * The pool with items put into it, of at most `poolSize` items. The worst has the lowest CTR over its life; items
 * never shown make room last, pinned ones never.
 *
 * @param poolIds the pool before
 * @param leavingFirst of the worst, those that are meant to leave
 * @throws Problem `pool-full` naming the choices
 */
export function placed(
  view: PoolView,
  poolIds: readonly string[],
  comingIds: readonly string[],
  place: Place,
  leavingFirst: readonly string[] = [],
): Placed {
  const { poolSize } = view.context.config
  const coming = comingIds.filter((id) => !poolIds.includes(id))
  if (place === 'all') {
    if (comingIds.length > poolSize)
      throw full(`${comingIds.length} items are more than poolSize ${poolSize}`)
    return { itemIds: comingIds, left: poolIds.filter((id) => !comingIds.includes(id)) }
  }
  const surplus = poolIds.length + coming.length - poolSize
  // A pool may already hold more than its size, after the size was lowered; nobody is pushed out for that.
  const needed = Math.min(coming.length, Math.max(0, surplus))
  if (needed === 0) return { itemIds: [...poolIds, ...coming], left: [] }
  if (place === 'free') {
    const free = Math.max(0, poolSize - poolIds.length)
    throw full(`the pool has ${free} free of ${poolSize} places, and ${coming.length} are needed`)
  }
  const left = worstFirst(view, poolIds, leavingFirst).slice(0, needed)
  if (left.length < needed) {
    throw full(`only ${left.length} of the ${needed} items that would have to leave are not pinned`)
  }
  return { itemIds: [...poolIds.filter((id) => !left.includes(id)), ...coming], left }
}

/** Ids of the live items that may leave, lowest CTR first; items never shown come last. */
function worstFirst(
  { items, ctrOf }: PoolView,
  poolIds: readonly string[],
  leavingFirst: readonly string[],
): string[] {
  const rate = (id: string) => ctrOf(id) ?? Number.POSITIVE_INFINITY
  return items
    .filter(({ id, isPinned }) => poolIds.includes(id) && !isPinned)
    .map(({ id }) => id)
    .sort(
      (a, b) =>
        Number(leavingFirst.includes(b)) - Number(leavingFirst.includes(a)) || difference(rate(a), rate(b)),
    )
}

/** Infinities are equal. */
function difference(a: number, b: number): number {
  return a === b ? 0 : a - b
}

function full(what: string): Problem {
  return new Problem(
    'pool-full',
    `place: ${what}; give "worst" to replace the worst, "all" to replace the pool, or raise config.poolSize.`,
    { field: 'place' },
  )
}

/** Where a person has the whole pool make room, pinned items leave too, and are pinned no more. */
export function unpinned(
  { items }: PoolView,
  left: readonly string[],
): { itemId: string; isPinned: false }[] {
  return items
    .filter(({ id, isPinned }) => isPinned && left.includes(id))
    .map(({ id }) => ({ itemId: id, isPinned: false }))
}

/** @throws Problem `item-unknown` */
export function existingItem(items: readonly LiveItem[], id: string): LiveItem {
  const item = items.find((one) => one.id === id)
  if (item === undefined)
    throw new Problem('item-unknown', `There is no item ${describeValue(id)} in this arm.`)
  return item
}

/** What a pool below its sizes means for slates and for the arm. */
export function sizeWarnings({ context, state }: PoolView, size: number): string[] {
  const { poolSize, slateSize, arms } = context.config
  const isFrozen = arms.find(({ key }) => key === state.arm)?.isFrozen ?? true
  if (size >= poolSize) return []
  const refill = isFrozen
    ? 'the arm is frozen, so nothing is written to fill it: import items if it should be full'
    : 'the next iteration is asked for at once, to fill it'
  if (size === 0) return [`The pool is empty: slates are the default ones until it is filled; ${refill}.`]
  if (size < slateSize) return [`The pool has ${size} items: slates show no more than that; ${refill}.`]
  return [`The pool has ${size} of ${poolSize} items; ${refill}.`]
}
