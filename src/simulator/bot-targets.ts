import type { Item } from '../core/item.ts'
import type { AudienceBehaviour } from '../core/persona.ts'

/** What a bot clicks, by place in the pool: 1, else 0. */
export function botTargets(items: readonly Item[], { bots }: AudienceBehaviour): Uint8Array {
  const target = bots?.target
  if (target === undefined) return new Uint8Array(items.length).fill(1)
  if (typeof target === 'number') return Uint8Array.from(items, (_, place) => (place === target ? 1 : 0))
  const words = target.trim().toLowerCase()
  return Uint8Array.from(items, ({ text }) => (text.toLowerCase().includes(words) ? 1 : 0))
}
