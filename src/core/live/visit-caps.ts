import type { EvidenceCaps } from './context-config.ts'
import type { LeftOutReason } from './tallies.ts'
import type { Visit } from './visit.ts'

/** Visits without a mark so far, of one visitor and of one network of an arm on one UTC day of issue. */
export interface SoFar {
  readonly visitorSlates: number
  readonly visitorClicked: number
  readonly networkSlates: number
  readonly networkClicked: number
}

/**
 * Whether a visit is left out of the counts, and why. Visits of an arm are taken in the order of closing time, then
 * slate id; the numbers count all unmarked visits up to and with this one, those that a cap left out too, so that
 * each cap can be judged by itself. Once a visitor or a network is over a cap of clicks, all its later visits of the
 * day are left out, not the clicked ones alone, which would turn a flood of clicks into evidence against items.
 * A visit's network is the first in text order among its events.
 *
 * @param soFar with this visit counted in, unless it has a mark
 */
export function leftOutReason(
  visit: Pick<Visit, 'mark'>,
  soFar: SoFar,
  caps: EvidenceCaps,
): LeftOutReason | null {
  if (visit.mark !== 'none') return visit.mark
  if (soFar.visitorSlates > caps.slatesPerVisitor) return 'visitor-cap'
  if (soFar.visitorClicked > caps.clickedSlatesPerVisitor) return 'visitor-cap'
  if (soFar.networkSlates > caps.slatesPerNetwork) return 'network-cap'
  if (soFar.networkClicked > caps.clickedSlatesPerNetwork) return 'network-cap'
  return null
}
