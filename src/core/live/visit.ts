import type { EventMark, LiveEvent } from './slate-claims.ts'
import { WHOLE_SLATE } from './slate-claims.ts'

/** What one slate's events amount to, once its window is over. */
export interface Visit {
  /** By position: was it seen? A click is proof of it. */
  readonly seen: readonly boolean[]
  /** By position: was it clicked? */
  readonly clicked: readonly boolean[]
  /** The first reason in the order of `MARKS` that any event carries; such a visit is left out of the counts. */
  readonly mark: EventMark
}

/** Marks in the order in which one names the visit. */
export const MARKS: readonly EventMark[] = ['none', 'bot', 'too-fast', 'unlikely-time']

/**
 * One slate's events as a visit. Order and repeats do not matter. An impression of the whole slate covers every
 * position. A click whose impression was lost proves that the slate was shown, so all of it counts as seen.
 *
 * @param size K of the slate
 * @param events all stored events of the slate, at least one
 */
export function visitOf(
  size: number,
  events: readonly Pick<LiveEvent, 'kind' | 'position' | 'mark'>[],
): Visit {
  const seen = new Array<boolean>(size).fill(false)
  const clicked = new Array<boolean>(size).fill(false)
  let mark: EventMark = 'none'
  let hasImpression = false
  for (const event of events) {
    if (
      MARKS.indexOf(event.mark) > 0 &&
      (mark === 'none' || MARKS.indexOf(event.mark) < MARKS.indexOf(mark))
    ) {
      mark = event.mark
    }
    if (event.kind === 'click') {
      clicked[event.position] = true
      seen[event.position] = true
    } else {
      hasImpression = true
      if (event.position === WHOLE_SLATE) seen.fill(true)
      else seen[event.position] = true
    }
  }
  if (!hasImpression) seen.fill(true)
  return { seen, clicked, mark }
}
