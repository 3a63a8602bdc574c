import type { IngestOutcome, LiveEvent, SlateClaims } from '../../src/core/live/slate-claims.ts'
import type { ArmTallies } from '../../src/core/live/tallies.ts'

/**
 * What the store ought to say and to count, worked out by other means: a set of what counts, and sums over it. Caps
 * are wide in the simulation, so that no visit meets one.
 */
export interface CountModel {
  /** What the store ought to answer now. */
  ingest(events: readonly LiveEvent[]): IngestOutcome[]
  seal(toMs: number): void
  /** Slates whose window is not over. */
  open(): number
  /** One line of all counts of an arm, and the same of what the store says. */
  lines(contextId: number, arm: string): string[]
}

interface Seen {
  readonly claims: SlateClaims
  readonly impressions: Set<number>
  readonly clicks: Set<number>
  readonly ids: Set<string>
  readonly marks: Set<string>
  isCounted: boolean
}

export function countModel(): CountModel {
  const slates = new Map<string, Seen>()
  let sealedToMs = Number.NEGATIVE_INFINITY
  const open = new Set<Seen>()
  return {
    ingest: (events) =>
      events.map((event) => {
        const { slate: claims, kind, position, eventId, mark } = event
        if (claims.closesAtMs <= sealedToMs) return 'expired'
        const seen = slates.get(claims.slateId) ?? {
          claims,
          impressions: new Set(),
          clicks: new Set(),
          ids: new Set(),
          marks: new Set(),
          isCounted: false,
        }
        const places = kind === 'click' ? seen.clicks : seen.impressions
        if (seen.ids.has(eventId) || places.has(position)) return 'duplicate'
        slates.set(claims.slateId, seen)
        open.add(seen)
        seen.ids.add(eventId)
        places.add(position)
        seen.marks.add(mark)
        return 'accepted'
      }),
    seal(toMs) {
      sealedToMs = Math.max(sealedToMs, toMs)
      for (const seen of open) {
        if (seen.claims.closesAtMs > sealedToMs) continue
        seen.isCounted = true
        open.delete(seen)
      }
    },
    open: () => open.size,
    lines(contextId, arm) {
      const sums = new Map<string, number>()
      const add = (name: string, by: number) => {
        if (by !== 0) sums.set(name, (sums.get(name) ?? 0) + by)
      }
      for (const { claims, impressions, clicks, marks, isCounted } of slates.values()) {
        if (!isCounted || claims.contextId !== contextId || claims.arm !== arm) continue
        marks.delete('none')
        const [mark] = marks
        if (mark !== undefined) {
          add(`left out ${mark}`, 1)
          continue
        }
        add(`v${claims.version} slates`, 1)
        if (clicks.size > 0) add(`v${claims.version} clicked`, 1)
        for (const [position, item] of claims.itemIds.entries()) {
          const isSeen =
            impressions.has(-1) || impressions.size === 0 || impressions.has(position) || clicks.has(position)
          if (!isSeen) continue
          add(`v${claims.version} ${item}@${position} impressions`, 1)
          if (clicks.has(position)) add(`v${claims.version} ${item}@${position} clicks`, 1)
          if (clicks.size === 0) add(`v${claims.version} ${item}@${position} no-click`, 1)
        }
      }
      return sorted(sums)
    },
  }
}

/** The store's counts in the model's words. */
export function linesOf({ items, slates, leftOut }: ArmTallies): string[] {
  const sums = new Map<string, number>()
  const add = (name: string, by: number) => {
    if (by !== 0) sums.set(name, (sums.get(name) ?? 0) + by)
  }
  for (const { version, itemId, position, impressions, clicks, noClickImpressions } of items) {
    add(`v${version} ${itemId}@${position} impressions`, impressions)
    add(`v${version} ${itemId}@${position} clicks`, clicks)
    add(`v${version} ${itemId}@${position} no-click`, noClickImpressions)
  }
  for (const { version, slates: all, clicked } of slates) {
    add(`v${version} slates`, all)
    add(`v${version} clicked`, clicked)
  }
  for (const [reason, visits] of Object.entries(leftOut)) add(`left out ${reason}`, visits)
  return sorted(sums)
}

function sorted(sums: ReadonlyMap<string, number>): string[] {
  return [...sums].map(([name, value]) => `${name} ${value}`).sort()
}
