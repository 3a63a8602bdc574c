import type { SlateClaims } from '../../../core/live/slate-claims.ts'
import {
  type ArmTallies,
  type ItemTally,
  type LeftOutReason,
  NO_VISITORS,
  type SlateTally,
  type VisitorSums,
} from '../../../core/live/tallies.ts'
import type { Visit } from '../../../core/live/visit.ts'

type Changing<T> = { -readonly [K in keyof T]: T[K] }

/** Counts of an arm made from raw events that are kept. */
export interface ArmCounts {
  readonly items: Map<string, Changing<ItemTally>>
  readonly slates: Map<string, Changing<SlateTally>>
  readonly leftOut: Map<LeftOutReason, number>
  readonly visitors: Map<string, { slates: number; clicked: number }>
  /** Clicks by item, then by visitor and by network. */
  readonly sources: Map<string, { visitors: Map<string, number>; networks: Map<string, number> }>
  /** Slates without a click by UTC day of issue, of days whose raw events are kept. */
  readonly unclicked: Map<number, UnclickedSlates>
}

/** Slates without a click. */
interface UnclickedSlates {
  slates: number
  readonly byItem: Map<string, number>
  readonly byVisitor: Map<string, number>
}

/**
 * Counts of an arm whose raw events are gone. Visitors and networks that no kept event names are numbers; the others
 * are still themselves, so that they go on as one visitor.
 */
export interface ArmBase {
  /** Of those that kept events name. */
  readonly named: ArmCounts
  visitors: VisitorSums
  readonly sources: Map<string, ClickSource>
}

interface ClickSource {
  visitors: number
  networks: number
  clicks: number
  clicksOfBusiestNetwork: number
}

export function emptyCounts(): ArmCounts {
  return {
    items: new Map(),
    slates: new Map(),
    leftOut: new Map(),
    visitors: new Map(),
    sources: new Map(),
    unclicked: new Map(),
  }
}

export function emptyBase(): ArmBase {
  return { named: emptyCounts(), visitors: NO_VISITORS, sources: new Map() }
}

/** Counts one visit in. */
export function countVisit(counts: ArmCounts, claims: SlateClaims, visit: Visit, network: string): void {
  const isClicked = visit.clicked.includes(true)
  const { version, isUniform, visitor } = claims
  addSlates(counts.slates, { version, isUniform, slates: 1, clicked: isClicked ? 1 : 0 })
  for (const [position, itemId] of claims.itemIds.entries()) {
    if (visit.seen[position] !== true) continue
    const clicks = visit.clicked[position] === true ? 1 : 0
    const noClickImpressions = isClicked ? 0 : 1
    addItem(counts.items, {
      version,
      itemId,
      position,
      isUniform,
      impressions: 1,
      clicks,
      noClickImpressions,
    })
    if (clicks === 1) {
      const source = counts.sources.get(itemId) ?? { visitors: new Map(), networks: new Map() }
      source.visitors.set(visitor, (source.visitors.get(visitor) ?? 0) + 1)
      source.networks.set(network, (source.networks.get(network) ?? 0) + 1)
      counts.sources.set(itemId, source)
    }
  }
  if (!isClicked) countUnclicked(counts.unclicked, claims, visit)
  const own = counts.visitors.get(visitor) ?? { slates: 0, clicked: 0 }
  own.slates++
  if (isClicked) own.clicked++
  counts.visitors.set(visitor, own)
}

function countUnclicked(
  unclicked: ArmCounts['unclicked'],
  { itemIds, visitor, issuedAtMs }: SlateClaims,
  { seen }: Visit,
): void {
  const day = Math.floor(issuedAtMs / 86_400_000)
  const own = unclicked.get(day) ?? { slates: 0, byItem: new Map(), byVisitor: new Map() }
  unclicked.set(day, own)
  own.slates++
  addNumbers(own.byVisitor, new Map([[visitor, 1]]))
  for (const [position, itemId] of itemIds.entries()) {
    if (seen[position] === true) addNumbers(own.byItem, new Map([[itemId, 1]]))
  }
}

export function leaveOut(counts: ArmCounts, reason: LeftOutReason): void {
  counts.leftOut.set(reason, (counts.leftOut.get(reason) ?? 0) + 1)
}

/** Adds counts of events that go to a base. */
export function addToBase(base: ArmBase, counts: ArmCounts): void {
  addCounts(base.named, counts)
}

/** Visitors and networks of the base that no kept event names become numbers. */
export function forgetUnnamed(base: ArmBase, kept: ArmCounts): void {
  const { named } = base
  for (const [visitor, own] of named.visitors) {
    if (kept.visitors.has(visitor)) continue
    base.visitors = addSums(base.visitors, sumsOf([own]))
    named.visitors.delete(visitor)
  }
  for (const [itemId, { visitors, networks }] of named.sources) {
    const still = kept.sources.get(itemId)
    const gone = { visitors: new Map<string, number>(), networks: new Map<string, number>() }
    for (const which of ['visitors', 'networks'] as const) {
      for (const [name, clicks] of { visitors, networks }[which]) {
        if (still?.[which].has(name)) continue
        gone[which].set(name, clicks)
        ;({ visitors, networks })[which].delete(name)
      }
    }
    const source = sourceOf(gone)
    const before = base.sources.get(itemId)
    base.sources.set(itemId, before === undefined ? source : addSource(before, source))
  }
}

/** Counts and base together. */
export function talliesOf(counts: ArmCounts, base: ArmBase): ArmTallies {
  const { items, slates, leftOut, visitors } = together(counts, base)
  return {
    items: [...items.values()].sort(
      (a, b) =>
        a.version - b.version ||
        Number(a.itemId.slice(1)) - Number(b.itemId.slice(1)) ||
        a.position - b.position ||
        Number(a.isUniform) - Number(b.isUniform),
    ),
    slates: [...slates.values()].sort(
      (a, b) => a.version - b.version || Number(a.isUniform) - Number(b.isUniform),
    ),
    visitors: addSums(base.visitors, sumsOf(visitors.values())),
    leftOut: Object.fromEntries(leftOut),
  }
}

/** Where the clicks of each item came from, by item id. */
export function clickSourcesOf(counts: ArmCounts, base: ArmBase): ({ itemId: string } & ClickSource)[] {
  const all = new Map<string, ClickSource>(base.sources)
  for (const [itemId, named] of together(counts, base).sources) {
    const before = all.get(itemId)
    all.set(itemId, before === undefined ? sourceOf(named) : addSource(before, sourceOf(named)))
  }
  return [...all]
    .map(([itemId, source]) => ({ itemId, ...source }))
    .sort((a, b) => Number(a.itemId.slice(1)) - Number(b.itemId.slice(1)))
}

/** Every counter with its name, for comparing two counts. */
export function counters({ items, slates, leftOut, visitors, sources }: ArmCounts): Map<string, number> {
  const all = new Map<string, number>()
  for (const [key, tally] of items) {
    all.set(`item/${key}/impressions`, tally.impressions)
    all.set(`item/${key}/clicks`, tally.clicks)
    all.set(`item/${key}/no-click`, tally.noClickImpressions)
  }
  for (const [key, tally] of slates) {
    all.set(`slate/${key}/slates`, tally.slates)
    all.set(`slate/${key}/clicked`, tally.clicked)
  }
  for (const [reason, visits] of leftOut) all.set(`left-out/${reason}`, visits)
  for (const [visitor, own] of visitors) {
    all.set(`visitor/${visitor}/slates`, own.slates)
    all.set(`visitor/${visitor}/clicked`, own.clicked)
  }
  for (const [itemId, source] of sources) {
    for (const [visitor, clicks] of source.visitors) all.set(`source/${itemId}/${visitor}`, clicks)
    for (const [network, clicks] of source.networks) all.set(`network/${itemId}/${network}`, clicks)
  }
  return all
}

function together(counts: ArmCounts, base: ArmBase): ArmCounts {
  const all = emptyCounts()
  addCounts(all, base.named)
  addCounts(all, counts)
  return all
}

function addCounts(to: ArmCounts, counts: ArmCounts): void {
  for (const tally of counts.items.values()) addItem(to.items, tally)
  for (const tally of counts.slates.values()) addSlates(to.slates, tally)
  addNumbers(to.leftOut, counts.leftOut)
  for (const [visitor, { slates, clicked }] of counts.visitors) {
    const own = to.visitors.get(visitor) ?? { slates: 0, clicked: 0 }
    to.visitors.set(visitor, { slates: own.slates + slates, clicked: own.clicked + clicked })
  }
  for (const [itemId, { visitors, networks }] of counts.sources) {
    const source = to.sources.get(itemId) ?? { visitors: new Map(), networks: new Map() }
    addNumbers(source.visitors, visitors)
    addNumbers(source.networks, networks)
    to.sources.set(itemId, source)
  }
}

function addNumbers<Key>(to: Map<Key, number>, numbers: ReadonlyMap<Key, number>): void {
  for (const [key, number] of numbers) to.set(key, (to.get(key) ?? 0) + number)
}

function sourceOf({
  visitors,
  networks,
}: {
  readonly visitors: ReadonlyMap<string, number>
  readonly networks: ReadonlyMap<string, number>
}): ClickSource {
  const byNetwork = [...networks.values()]
  return {
    visitors: visitors.size,
    networks: networks.size,
    clicks: byNetwork.reduce((sum, clicks) => sum + clicks, 0),
    clicksOfBusiestNetwork: Math.max(0, ...byNetwork),
  }
}

function addSource(a: ClickSource, b: ClickSource): ClickSource {
  return {
    visitors: a.visitors + b.visitors,
    networks: a.networks + b.networks,
    clicks: a.clicks + b.clicks,
    clicksOfBusiestNetwork: Math.max(a.clicksOfBusiestNetwork, b.clicksOfBusiestNetwork),
  }
}

function sumsOf(visitors: Iterable<{ slates: number; clicked: number }>): VisitorSums {
  let sums = NO_VISITORS
  for (const { slates, clicked } of visitors) {
    sums = addSums(sums, {
      visitors: 1,
      slates,
      clicked,
      slatesSquared: slates * slates,
      clickedSquared: clicked * clicked,
      slatesTimesClicked: slates * clicked,
    })
  }
  return sums
}

function addSums(a: VisitorSums, b: VisitorSums): VisitorSums {
  return {
    visitors: a.visitors + b.visitors,
    slates: a.slates + b.slates,
    clicked: a.clicked + b.clicked,
    slatesSquared: a.slatesSquared + b.slatesSquared,
    clickedSquared: a.clickedSquared + b.clickedSquared,
    slatesTimesClicked: a.slatesTimesClicked + b.slatesTimesClicked,
  }
}

function addItem(items: ArmCounts['items'], tally: ItemTally): void {
  const key = `${tally.version}/${tally.itemId}/${tally.position}/${tally.isUniform}`
  const before = items.get(key)
  if (before === undefined) {
    items.set(key, { ...tally })
    return
  }
  before.impressions += tally.impressions
  before.clicks += tally.clicks
  before.noClickImpressions += tally.noClickImpressions
}

function addSlates(slates: ArmCounts['slates'], tally: SlateTally): void {
  const key = `${tally.version}/${tally.isUniform}`
  const before = slates.get(key)
  if (before === undefined) {
    slates.set(key, { ...tally })
    return
  }
  before.slates += tally.slates
  before.clicked += tally.clicked
}
