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
}

/** Counts of an arm whose raw events are gone: numbers only, nothing points to a visitor. */
export interface ArmBase {
  readonly items: Map<string, Changing<ItemTally>>
  readonly slates: Map<string, Changing<SlateTally>>
  readonly leftOut: Map<LeftOutReason, number>
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
  return { items: new Map(), slates: new Map(), leftOut: new Map(), visitors: new Map(), sources: new Map() }
}

export function emptyBase(): ArmBase {
  return {
    items: new Map(),
    slates: new Map(),
    leftOut: new Map(),
    visitors: NO_VISITORS,
    sources: new Map(),
  }
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
  const own = counts.visitors.get(visitor) ?? { slates: 0, clicked: 0 }
  own.slates++
  if (isClicked) own.clicked++
  counts.visitors.set(visitor, own)
}

export function leaveOut(counts: ArmCounts, reason: LeftOutReason): void {
  counts.leftOut.set(reason, (counts.leftOut.get(reason) ?? 0) + 1)
}

/** Adds counts to a base; their visitors become numbers. */
export function addToBase(base: ArmBase, counts: ArmCounts): void {
  for (const tally of counts.items.values()) addItem(base.items, tally)
  for (const tally of counts.slates.values()) addSlates(base.slates, tally)
  for (const [reason, visits] of counts.leftOut) {
    base.leftOut.set(reason, (base.leftOut.get(reason) ?? 0) + visits)
  }
  base.visitors = addSums(base.visitors, sumsOf(counts))
  for (const source of sourcesOf(counts)) {
    const before = base.sources.get(source.itemId)
    base.sources.set(source.itemId, before === undefined ? source : addSource(before, source))
  }
}

/** Counts and base together. */
export function talliesOf(counts: ArmCounts, base: ArmBase): ArmTallies {
  const items = new Map<string, Changing<ItemTally>>()
  const slates = new Map<string, Changing<SlateTally>>()
  const leftOut: Partial<Record<LeftOutReason, number>> = {}
  for (const one of [base, counts]) {
    for (const tally of one.items.values()) addItem(items, tally)
    for (const tally of one.slates.values()) addSlates(slates, tally)
    for (const [reason, visits] of one.leftOut) leftOut[reason] = (leftOut[reason] ?? 0) + visits
  }
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
    visitors: addSums(base.visitors, sumsOf(counts)),
    leftOut,
  }
}

/** Where the clicks of each item came from, by item id. */
export function clickSourcesOf(counts: ArmCounts, base: ArmBase): ({ itemId: string } & ClickSource)[] {
  const all = new Map<string, ClickSource>(base.sources)
  for (const source of sourcesOf(counts)) {
    const before = all.get(source.itemId)
    all.set(source.itemId, before === undefined ? source : addSource(before, source))
  }
  return [...all]
    .map(([itemId, { visitors, networks, clicks, clicksOfBusiestNetwork }]) => ({
      itemId,
      visitors,
      networks,
      clicks,
      clicksOfBusiestNetwork,
    }))
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

function sourcesOf(counts: ArmCounts): ({ itemId: string } & ClickSource)[] {
  return [...counts.sources].map(([itemId, { visitors, networks }]) => {
    const byNetwork = [...networks.values()]
    return {
      itemId,
      visitors: visitors.size,
      networks: networks.size,
      clicks: byNetwork.reduce((sum, clicks) => sum + clicks, 0),
      clicksOfBusiestNetwork: Math.max(...byNetwork),
    }
  })
}

function addSource(a: ClickSource, b: ClickSource): ClickSource {
  return {
    visitors: a.visitors + b.visitors,
    networks: a.networks + b.networks,
    clicks: a.clicks + b.clicks,
    clicksOfBusiestNetwork: Math.max(a.clicksOfBusiestNetwork, b.clicksOfBusiestNetwork),
  }
}

function sumsOf(counts: ArmCounts): VisitorSums {
  let sums = NO_VISITORS
  for (const { slates, clicked } of counts.visitors.values()) {
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
