import { InputError } from '../core/errors.ts'
import type { AudienceBehaviour } from '../core/persona.ts'
import type { Random } from '../core/random.ts'
import { FastRandom } from './fast-random.ts'
import { type People, VisitorDraw } from './people.ts'
import type { SlateCounts } from './slate-counts.ts'
import { SlateTally } from './slate-tally.ts'
import { subsetCount } from './subsets.ts'
import { takeOne, UniformChoice } from './uniform-choice.ts'
import type { VisitPlan } from './visit-plan.ts'
import { pairedNormal } from './visitor-taste.ts'

/** One iteration of visits by people and programs that behave in some way beyond the paper's. */
export interface BehavingPlan extends Omit<VisitPlan, 'weights'> {
  readonly behaviour: AudienceBehaviour
  /** Length P: each persona's share of the visits by people in this iteration; sums to 1, may hold 0. */
  readonly shares: Float64Array
  readonly people: People
  /** By place in the pool. */
  readonly itemIds: readonly string[]
  /** 32 bits by place in the pool, from which tastes follow. */
  readonly itemKeys: Int32Array
  /** By place in the pool: 1 for what a bot clicks. */
  readonly botTargets: Uint8Array
}

/** Rows that one iteration may give; as for the paper's visits. */
const ROWS_MAX = 2_000_000
/** Visitors times items whose views are kept; two bytes each. */
const SEEN_MAX = 50_000_000
/** Past it, weights are divided by the largest: exp(600) times any number of items stays finite. */
const EXPONENT_MAX = 600

/**
 * Draws the visits one after the other, each with its slate in random order, and counts in `plan.people` what
 * was seen. The docs give the formulas; the tests hold this to them.
 *
 * @returns rows by how many iterations later they are reported; only visits with a click are ever late
 * @throws InputError when there would be more rows, or more views to keep, than fit in memory
 */
export function behavingVisits(plan: BehavingPlan, source: Random): Map<number, SlateCounts> {
  const { poolSize, slateSize, interactions, behaviour, people } = plan
  const { visitors = 0, bots, lateClicks = 0 } = behaviour
  const random = new FastRandom(source)
  const uniform = new UniformChoice(poolSize)
  const order = Uint16Array.from({ length: poolSize }, (_, item) => item)
  const who = new VisitorDraw(people, visitors, plan.shares)
  const clicks = new PersonClicks(plan)
  const merges = mergesSlates(plan)
  const tallies = new Map<number, SlateTally>()
  const tallyAt = (delay: number) => {
    const tally = tallies.get(delay) ?? new SlateTally(slateSize, poolSize, merges)
    tallies.set(delay, tally)
    return tally
  }
  const now = tallyAt(0)
  const botShare = bots?.share ?? 0
  const botChance = bots?.clickProbability ?? 0
  const lateLogarithm = Math.log(lateClicks)
  for (let visit = 0; visit < interactions; visit++) {
    for (let position = 0; position < slateSize; position++) takeOne(order, position, uniform, random)
    let clicked: number
    if (botShare > 0 && random.uniform() < botShare) {
      clicked = botClick(plan, order, botChance, random)
    } else {
      who.next(random)
      clicked = clicks.draw(order, who, random)
    }
    // P(delay >= d) = q^d for whole d.
    const delay =
      clicked < 0 || lateClicks === 0 ? 0 : Math.floor(Math.log(1 - random.uniform()) / lateLogarithm)
    const tally = delay === 0 ? now : tallyAt(delay)
    tally.add(order, clicked)
  }
  return new Map([...tallies].map(([delay, tally]) => [delay, tally.counts()]))
}

/** What people click. */
class PersonClicks {
  private readonly plan: BehavingPlan
  /** (r - RS) / T, P x N. */
  private readonly exponents: Float64Array
  private readonly slotLogarithms: Float64Array
  private readonly tasteScale: number
  private readonly wearLogarithm: number
  /** By place in the pool; empty when nothing wears out. */
  private readonly seen: readonly Uint16Array[]
  private readonly weights: Float64Array

  constructor(plan: BehavingPlan) {
    const { relevances, noClickScore, choiceTemperature, behaviour, slateSize } = plan
    const { slotEffects, tasteDeviation = 0, wearOut = 1 } = behaviour
    this.plan = plan
    this.exponents = relevances.map((relevance) => held((relevance - noClickScore) / choiceTemperature))
    this.slotLogarithms = Float64Array.from({ length: slateSize }, (_, slot) => {
      return Math.log(slotEffects?.[slot] ?? 1)
    })
    this.tasteScale = held(tasteDeviation / choiceTemperature)
    this.wearLogarithm = Math.log(wearOut)
    this.seen = wearOut < 1 ? seenByPlace(plan) : []
    this.weights = new Float64Array(slateSize)
  }

  /** Position of the click, or -1. */
  draw(order: Uint16Array, who: VisitorDraw, random: FastRandom): number {
    const { exponents, slotLogarithms, tasteScale, wearLogarithm, seen, weights } = this
    const { poolSize, slateSize, itemKeys } = this.plan
    const row = who.persona * poolSize
    let largest = 0
    for (let position = 0; position < slateSize; position++) {
      const item = order[position] as number
      let exponent = (exponents[row + item] as number) + (slotLogarithms[position] as number)
      if (tasteScale > 0) exponent += tasteScale * pairedNormal(who.key, itemKeys[item] as number)
      if (wearLogarithm < 0) {
        const views = seen[item] as Uint16Array
        const before = views[who.visitor] as number
        exponent += wearLogarithm * before
        if (before < 65_535) views[who.visitor] = before + 1
      }
      weights[position] = exponent
      if (exponent > largest) largest = exponent
    }
    const shift = largest > EXPONENT_MAX ? largest : 0
    let sum = 0
    for (let position = 0; position < slateSize; position++) {
      const weight = Math.exp((weights[position] as number) - shift)
      weights[position] = weight
      sum += weight
    }
    const point = random.uniform() * (sum + Math.exp(-shift))
    if (point >= sum) return -1
    let rest = point
    let position = 0
    for (const last = slateSize - 1; position < last; position++) {
      rest -= weights[position] as number
      if (rest < 0) break
    }
    return position
  }
}

/** Position that a bot clicks, or -1: one of the slate's targets, each with the same chance. */
function botClick(plan: BehavingPlan, order: Uint16Array, chance: number, random: FastRandom): number {
  const { botTargets, slateSize } = plan
  let targets = 0
  for (let position = 0; position < slateSize; position++) {
    targets += botTargets[order[position] as number] as number
  }
  if (targets === 0 || random.uniform() >= chance) return -1
  let left = Math.floor(random.uniform() * targets)
  for (let position = 0; position < slateSize; position++) {
    if (botTargets[order[position] as number] === 0) continue
    if (left === 0) return position
    left--
  }
  return -1
}

/** Counts of what was seen, of the live items only: an item that left never comes back. */
function seenByPlace({ people, itemIds, behaviour }: BehavingPlan): Uint16Array[] {
  const visitors = behaviour.visitors ?? 1
  if (visitors * itemIds.length > SEEN_MAX) {
    throw new InputError(
      'behaviour.visitors',
      visitors,
      `what each has seen of ${itemIds.length} items would not fit in memory; give at most ${Math.floor(SEEN_MAX / itemIds.length)}`,
    )
  }
  const views = itemIds.map((id) => people.seen.get(id) ?? new Uint16Array(visitors))
  people.seen.clear()
  for (const [place, id] of itemIds.entries()) people.seen.set(id, views[place] as Uint16Array)
  return views
}

/** Whether visits to the same slate in the same order share a row: when there are fewer of those than visits. */
function mergesSlates({ poolSize, slateSize, interactions }: BehavingPlan): boolean {
  let slates = subsetCount(poolSize, slateSize)
  for (let factor = 2; factor <= slateSize; factor++) slates *= factor
  if (Math.min(slates, interactions) > ROWS_MAX) {
    throw new InputError(
      'interactions',
      interactions,
      `a pool of ${poolSize} has so many slates of ${slateSize} that the outcomes would not fit in memory; give at most ${ROWS_MAX}`,
    )
  }
  return slates <= interactions
}

/** Kept where sums of a few stay finite; beyond it, choices are certain anyway. */
function held(exponent: number): number {
  return Math.min(1e300, Math.max(-1e300, exponent))
}
