/**
 * What was seen when one slate was shown: `interactions` visits that all saw the same items in the same
 * places. A single visit is an outcome with `interactions: 1`. Outcomes add up: in any order and in any
 * batches they fold into the same evidence.
 */
export interface SlateOutcome {
  /** Iteration whose pool the slate came from. */
  readonly iteration: number
  /** Items by position, 0-based; no item twice. */
  readonly itemIds: readonly string[]
  readonly interactions: number
  /** Clicks by position, same length as `itemIds`; at most one click an interaction, so their sum is at most `interactions`. */
  readonly clicks: readonly number[]
}

/** Counts of one item. `noClickImpressions` (Z) are impressions in slates on which nothing was clicked. */
export interface ItemCounts {
  readonly impressions: number
  readonly clicks: number
  readonly noClickImpressions: number
}

/** Evidence of one item: over its whole life, and in the latest iteration that showed it. */
export interface ItemEvidence {
  readonly life: ItemCounts
  readonly last: ItemCounts
  readonly lastIteration: number
}

/** Evidence of a context: by item, and interactions with their clicks by iteration. */
export interface Evidence {
  readonly items: ReadonlyMap<string, ItemEvidence>
  readonly iterations: ReadonlyMap<number, { readonly interactions: number; readonly clicked: number }>
}

export const NO_EVIDENCE: Evidence = { items: new Map(), iterations: new Map() }
export const NO_COUNTS: ItemCounts = { impressions: 0, clicks: 0, noClickImpressions: 0 }

/**
 * Evidence with more outcomes counted in. Commutative and associative: order and batches do not matter.
 * The input stays as it is.
 *
 * @throws RangeError when an outcome's counts cannot be true: negative or fractional, more clicks than
 * interactions, an item twice in a slate, or lists of different lengths
 */
export function foldOutcomes(evidence: Evidence, outcomes: Iterable<SlateOutcome>): Evidence {
  const items = new Map(evidence.items)
  const iterations = new Map(evidence.iterations)
  const changed = new Map<string, ChangeableEvidence>()
  for (const outcome of outcomes) {
    const clicked = checkedClicks(outcome)
    if (outcome.interactions === 0) continue
    const before = iterations.get(outcome.iteration) ?? { interactions: 0, clicked: 0 }
    iterations.set(outcome.iteration, {
      interactions: before.interactions + outcome.interactions,
      clicked: before.clicked + clicked,
    })
    for (let position = 0; position < outcome.itemIds.length; position++) {
      const itemId = outcome.itemIds[position] as string
      let own = changed.get(itemId)
      if (own === undefined) {
        own = changeable(items.get(itemId), outcome.iteration)
        changed.set(itemId, own)
        items.set(itemId, own)
      }
      if (outcome.iteration > own.lastIteration) {
        own.lastIteration = outcome.iteration
        own.last = { ...NO_COUNTS }
      }
      const { interactions } = outcome
      const clicks = outcome.clicks[position] as number
      addTo(own.life, interactions, clicks, interactions - clicked)
      if (outcome.iteration === own.lastIteration)
        addTo(own.last, interactions, clicks, interactions - clicked)
    }
  }
  return { items, iterations }
}

/** Clicks over impressions of one item, in [0, 1]; null without an impression. */
export function itemCtr(counts: ItemCounts | undefined): number | null {
  return counts === undefined || counts.impressions === 0 ? null : counts.clicks / counts.impressions
}

/**
 * Clicks over clicks and impressions in slates without any click, C / (C + Z) = v / (1 + v) for an item's utility v:
 * a rate in [0, 1] in the order of utility, whatever the item was shown with; null without either.
 */
export function utilityRate(counts: ItemCounts | undefined): number | null {
  if (counts === undefined) return null
  const trials = counts.clicks + counts.noClickImpressions
  return trials === 0 ? null : counts.clicks / trials
}

/** Clicked interactions over interactions of an iteration, in [0, 1]; null when there were none. Not an item's CTR. */
export function poolCtr(evidence: Evidence, iteration: number): number | null {
  const counts = evidence.iterations.get(iteration)
  return counts === undefined ? null : counts.clicked / counts.interactions
}

type Changeable<T> = { -readonly [Key in keyof T]: T[Key] }

/** Evidence while it is being counted: a new object for each count took longer than the simulator. */
interface ChangeableEvidence {
  readonly life: Changeable<ItemCounts>
  last: Changeable<ItemCounts>
  lastIteration: number
}

function changeable(before: ItemEvidence | undefined, iteration: number): ChangeableEvidence {
  if (before === undefined)
    return { life: { ...NO_COUNTS }, last: { ...NO_COUNTS }, lastIteration: iteration }
  return { life: { ...before.life }, last: { ...before.last }, lastIteration: before.lastIteration }
}

function addTo(counts: Changeable<ItemCounts>, impressions: number, clicks: number, noClick: number): void {
  counts.impressions += impressions
  counts.clicks += clicks
  counts.noClickImpressions += noClick
}

/** Slates are short; a set for each would take longer than all the counting. */
function holdsTwice(ids: readonly string[]): boolean {
  if (ids.length > 16) return new Set(ids).size !== ids.length
  return ids.some((id, place) => ids.indexOf(id) !== place)
}

function checkedClicks(outcome: SlateOutcome): number {
  const { itemIds, clicks, interactions } = outcome
  if (itemIds.length !== clicks.length) {
    throw new RangeError(`outcome: ${itemIds.length} items but ${clicks.length} click counts`)
  }
  if (holdsTwice(itemIds)) throw new RangeError(`outcome: an item twice in ${itemIds.join(', ')}`)
  if (!Number.isSafeInteger(interactions) || interactions < 0) {
    throw new RangeError(`outcome: interactions must be a whole number of at least 0, got ${interactions}`)
  }
  let clicked = 0
  for (const count of clicks) {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new RangeError(`outcome: clicks must be whole numbers of at least 0, got ${count}`)
    }
    clicked += count
  }
  if (clicked > interactions) {
    throw new RangeError(
      `outcome: ${clicked} clicks in ${interactions} interactions; there is at most one click each`,
    )
  }
  return clicked
}
