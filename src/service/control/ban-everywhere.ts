import type { Store } from '../../ports/store/store.ts'
import { existingContext } from './context-lookup.ts'
import { changePool } from './pool-change.ts'
import { planBan } from './stand-items.ts'

/** Bans the same text in the other arms of a context: people who ban a text want it off the page. */
export async function bannedElsewhere(
  store: Store,
  where: { readonly context: string; readonly arm: string },
  text: string,
  who: Parameters<typeof changePool>[2],
): Promise<{ arm: string; id: string; version: number }[]> {
  const { id: contextId } = await existingContext(store, where.context)
  const banned: { arm: string; id: string; version: number }[] = []
  for (const { arm } of await store.arms(contextId)) {
    if (arm === where.arm) continue
    for (const item of await store.items(contextId, arm)) {
      if (item.text !== text || item.standing === 'banned') continue
      const place = { context: where.context, arm }
      const { version } = await changePool(store, place, who, (view) => planBan(view, item.id))
      banned.push({ arm, id: item.id, version })
    }
  }
  return banned
}
