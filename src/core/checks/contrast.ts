import { ASKED } from './question-frames.ts'

/** Concepts that turn a text into its opposite or into another case, as `conceptOf` gives them. */
const OPPOSITES: readonly (readonly [one: string, other: string])[] = [
  ['allow', 'forbidden'],
  ['allow', 'avoid'],
  ['eat', 'forbidden'],
  ['eat', 'avoid'],
  ['survive', 'die'],
  ['born', 'die'],
  ['birth', 'die'],
  ['animal', 'plant'],
  ['first', 'last'],
  ['lower', 'rais'],
  ['increas', 'decreas'],
  ['cheap', 'expensive'],
  ['buy', 'sell'],
  ['begin', 'stop'],
  ['begin', 'end'],
  ['benefit', 'drawback'],
  ['charg', 'lifespan'],
  ['profitabl', 'price'],
  ['indoor', 'outdoor'],
  ['new', 'old'],
  ['new', 'used'],
  ['win', 'lose'],
  ['open', 'clos'],
  ['before', 'after'],
  ['corded', 'cordles'],
  ['wired', 'wireles'],
  ['hot', 'cold'],
  ['summer', 'winter'],
  ['men', 'women'],
  ['child', 'adult'],
  ['left', 'right'],
  ['good', 'bad'],
  ['young', 'old'],
  ['north', 'south'],
  ['east', 'west'],
]

const TURNS = ['not', 'no', 'never', 'without', 'against', 'instead']

/**
 * Whether two meanings (see `questionMeaning`) stand against each other: they ask after different things,
 * hold opposites, different numbers, or only one of them is negated.
 */
export function areContrary(one: readonly string[], other: readonly string[]): boolean {
  const first = new Set(one)
  const second = new Set(other)
  const askedFirst = one.filter((concept) => ASKED.has(concept))
  const askedSecond = other.filter((concept) => ASKED.has(concept))
  if (askedFirst.length > 0 && askedSecond.length > 0 && !askedFirst.some((asked) => second.has(asked))) {
    return true
  }
  if (first.has('many') !== second.has('many')) return true
  for (const [left, right] of OPPOSITES) {
    const firstSide = sideOf(first, left, right)
    const secondSide = sideOf(second, left, right)
    if (firstSide * secondSide === -1) return true
  }
  const numbers = (meaning: readonly string[]) => meaning.filter((concept) => /\d/.test(concept)).join(' ')
  if (numbers(one) !== numbers(other)) return true
  return TURNS.some((turn) => first.has(turn)) !== TURNS.some((turn) => second.has(turn))
}

/** 1 with only the left one, -1 with only the right one, else 0. */
function sideOf(meaning: ReadonlySet<string>, left: string, right: string): number {
  return Number(meaning.has(left)) - Number(meaning.has(right))
}

/**
 * Whether the two say the same of two different things: equal but for one concept on each side
 * (`safe+carpet`, `safe+floor`).
 */
export function differInOnePlace(one: readonly string[], other: readonly string[]): boolean {
  const onlyOne = one.filter((concept) => !other.includes(concept)).length
  const onlyOther = other.filter((concept) => !one.includes(concept)).length
  return onlyOne === 1 && onlyOther === 1 && one.length > 1
}
