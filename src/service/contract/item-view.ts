import type { z } from '@hono/zod-openapi'
import type { LiveItem } from '../../core/live/live-item.ts'
import { entityTag } from '../managed/entity-tags.ts'
import { instantOf } from './answers.ts'
import type { itemSchema } from './items.ts'

/** An item as the wire has it. */
export function itemView(item: LiveItem, poolIds: readonly string[]): z.input<typeof itemSchema> {
  const { id, text, standing, isPinned, mode, parents, bornAt, writtenBy, promptVersion } = item
  return {
    id,
    text,
    standing,
    isLive: poolIds.includes(id),
    isPinned,
    mode,
    parents: [...parents],
    editedFrom: item.editedFrom ?? null,
    bornAt,
    writtenBy,
    promptVersion,
    meanLogProbability: item.meanLogProbability ?? null,
    createdAt: instantOf(item.createdAtMs),
  }
}

/** How an item stands, as an entity tag: all of it that may change. */
export function itemTag({ standing, isLive, isPinned }: ReturnType<typeof itemView>): string {
  return entityTag([standing, ...(isLive ? ['live'] : []), ...(isPinned ? ['pinned'] : [])].join('.'))
}
