import { checkNotNegative } from './argument.ts'

/**
 * What an arm's visitors did, in sums over visitors of n (slates shown to one) and c (of these, clicked). All that
 * rates clustered by visitor need; sums of different visitors add up.
 */
export interface VisitorSums {
  readonly visitors: number
  /** Sum of n. */
  readonly slates: number
  /** Sum of c. */
  readonly clicked: number
  /** Sum of n squared. */
  readonly slatesSquared: number
  /** Sum of c squared. */
  readonly clickedSquared: number
  /** Sum of n c. */
  readonly slatesTimesClicked: number
}

/** An arm's slate CTR, with how far it scatters when visitors, not slates, are the independent ones. */
export interface ClusteredRate {
  /** Clicked slates over slates, in [0, 1]. */
  readonly rate: number
  /** Standard error with whole visitors as the units; 0 when nothing or all was clicked. */
  readonly standardError: number
  /**
   * That over what it would be if slates were independent, squared: about 1 when visitors do not differ. Null when
   * nothing or all was clicked.
   */
  readonly designEffect: number | null
}

/** Sums of a list of visitors. @throws RangeError for one who clicked more slates than were shown */
export function visitorSums(
  visitors: Iterable<{ readonly slates: number; readonly clicked: number }>,
): VisitorSums {
  const sums = {
    visitors: 0,
    slates: 0,
    clicked: 0,
    slatesSquared: 0,
    clickedSquared: 0,
    slatesTimesClicked: 0,
  }
  for (const { slates, clicked } of visitors) {
    if (!(Number.isSafeInteger(slates) && slates >= 1)) {
      throw new RangeError(`slates: must be a whole number of at least 1, got ${slates}`)
    }
    if (!(Number.isSafeInteger(clicked) && clicked >= 0 && clicked <= slates)) {
      throw new RangeError(`clicked: must be a whole number from 0 to ${slates}, got ${clicked}`)
    }
    sums.visitors += 1
    sums.slates += slates
    sums.clicked += clicked
    sums.slatesSquared += slates * slates
    sums.clickedSquared += clicked * clicked
    sums.slatesTimesClicked += slates * clicked
  }
  return sums
}

/**
 * Slate CTR R = sum c / sum n as a ratio of two means over visitors, with the variance of the delta method:
 * m / (m - 1) times sum (c - R n)^2 over (sum n)^2.
 *
 * @throws RangeError for sums that no visitors can have, or fewer than two visitors
 *
 * Source: W. G. Cochran, "Sampling Techniques" (1977), chapter 6; for experiments A. Deng et al., "Applying the delta
 * method in metric analytics", KDD 2018.
 */
export function clusteredRate(sums: VisitorSums): ClusteredRate {
  checkSums(sums)
  const { visitors, slates, clicked, slatesSquared, clickedSquared, slatesTimesClicked } = sums
  const rate = clicked / slates
  // Without this, rounding could leave a crumb.
  if (clicked === 0 || clicked === slates) return { rate, standardError: 0, designEffect: null }
  const squares = Math.max(0, clickedSquared - 2 * rate * slatesTimesClicked + rate * rate * slatesSquared)
  const variance = (squares * visitors) / (visitors - 1) / (slates * slates)
  return {
    rate,
    standardError: Math.sqrt(variance),
    designEffect: variance / ((rate * (1 - rate)) / slates),
  }
}

/** `designEffect` of a slate CTR, at least 1; 1 where it is not known. @throws RangeError for sums that cannot be */
export function slateDesignEffect(sums: VisitorSums): number {
  return sums.visitors < 2 ? 1 : Math.max(1, clusteredRate(sums).designEffect ?? 1)
}

/** Clicking visitors in effect: (sum c)^2 / sum c^2, so that one heavy clicker does not pass for many; 0 for none. */
export function clickingVisitors({ clicked, clickedSquared }: VisitorSums): number {
  return clicked === 0 ? 0 : (clicked * clicked) / clickedSquared
}

/**
 * Whether the normal approximation behind asymptotic intervals has something to stand on: at least `least` visitors
 * in effect among those who clicked (`clickingVisitors`), and among those who did not always.
 */
export function hasEnoughVisitors(sums: VisitorSums, least: number): boolean {
  const { slates, clicked, slatesSquared, clickedSquared, slatesTimesClicked } = sums
  const left = slates - clicked
  const leftSquared = slatesSquared - 2 * slatesTimesClicked + clickedSquared
  return (
    sums.visitors >= 2 && clickingVisitors(sums) >= least && left * left >= least * leftSquared && left > 0
  )
}

/** @throws RangeError naming the sum that cannot be */
export function checkSums(sums: VisitorSums): void {
  for (const [name, value] of Object.entries(sums)) checkNotNegative(name, value)
  const { visitors, slates, clicked, slatesSquared, clickedSquared, slatesTimesClicked } = sums
  if (visitors < 2) throw new RangeError(`visitors: a spread needs at least two, got ${visitors}`)
  if (slates < visitors)
    throw new RangeError(`slates: at least one for each of ${visitors} visitors, got ${slates}`)
  if (clicked > slates) throw new RangeError(`clicked: at most ${slates} slates, got ${clicked}`)
  // Cauchy and Schwarz; a crumb for sums that were added up as fractions.
  const crumb = 1 - 1e-9
  if (slatesSquared * visitors < slates * slates * crumb) {
    throw new RangeError(`slatesSquared: at least ${(slates * slates) / visitors}, got ${slatesSquared}`)
  }
  if (clickedSquared < clicked * crumb || clickedSquared > slatesTimesClicked / crumb) {
    throw new RangeError(`clickedSquared: from ${clicked} to ${slatesTimesClicked}, got ${clickedSquared}`)
  }
  if (slatesTimesClicked > slatesSquared / crumb) {
    throw new RangeError(`slatesTimesClicked: at most ${slatesSquared}, got ${slatesTimesClicked}`)
  }
}
