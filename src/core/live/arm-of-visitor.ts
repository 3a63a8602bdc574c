import type { ArmConfig } from './context-config.ts'

/**
 * Which visitors an arm has: [0, 1) cut into pieces, each piece an arm's. `ends` rise and the last is 1; piece j
 * reaches from `ends[j - 1]` (0 for the first) to `ends[j]` and belongs to arm `armIndexes[j]` of the configuration.
 */
export interface ArmPieces {
  readonly ends: readonly number[]
  readonly armIndexes: readonly number[]
}

/**
 * Shares the visitors out so that a change of the shares moves few. Every arm but the first has a home, a point of
 * [0, 1) found by its name, and takes its share from there on (around the end, and past what an arm before it in
 * the list has taken); the first arm has the rest. So a share that grows takes from the first arm, one that shrinks
 * gives back to it, and nobody else moves, except where two arms meet. What a holdout has seen stays a holdout.
 *
 * @param arms at least one; shares that add up to 1
 */
export function armPieces(arms: readonly Pick<ArmConfig, 'key' | 'share'>[]): ArmPieces {
  // Pieces taken so far, in order, without overlap.
  const taken: { from: number; to: number; arm: number }[] = []
  for (let arm = 1; arm < arms.length; arm++) {
    const { key, share } = arms[arm] as Pick<ArmConfig, 'key' | 'share'>
    let left = Math.min(share, 1)
    for (const { from, to } of freeFrom(homeOf(key), taken)) {
      if (left <= 0) break
      const length = Math.min(left, to - from)
      taken.push({ from, to: from + length, arm })
      left -= length
    }
    taken.sort((a, b) => a.from - b.from)
  }
  const ends: number[] = []
  const armIndexes: number[] = []
  let at = 0
  const add = (end: number, arm: number) => {
    if (end <= at) return
    if (armIndexes.at(-1) === arm) ends.pop()
    else armIndexes.push(arm)
    ends.push(end)
    at = end
  }
  for (const { from, to, arm } of taken) {
    add(from, 0)
    add(to, arm)
  }
  // A rest that is rounding and nothing else is not the first arm's.
  if (1 - at > 1e-9 || ends.length === 0) add(1, 0)
  else ends[ends.length - 1] = 1
  return { ends, armIndexes }
}

/** Index of the arm whose piece holds `point`, a number in [0, 1). */
export function armAt(pieces: ArmPieces, point: number): number {
  const { ends, armIndexes } = pieces
  let piece = 0
  while (piece < ends.length - 1 && point >= (ends[piece] as number)) piece++
  return armIndexes[piece] as number
}

/**
 * A visitor's point in [0, 1) for one context: the same at each visit and on each node, and without relation to the
 * point of the same visitor in another context, so that nobody is in the holdout of all.
 *
 * @param visitor the keyed hash of `SlateClaims.visitor`; whoever does not know the key cannot choose an arm
 */
export function visitorPoint(visitor: string, contextId: number): number {
  return pointOf(visitor, contextId)
}

/** The free parts of [0, 1), in the order in which they are met from `home` on and around. */
function freeFrom(home: number, taken: readonly { from: number; to: number }[]) {
  const free: { from: number; to: number }[] = []
  let at = 0
  for (const { from, to } of [...taken, { from: 1, to: 1 }]) {
    if (from > at) free.push({ from: at, to: from })
    at = to
  }
  const after = free.filter(({ to }) => to > home).map(({ from, to }) => ({ from: Math.max(from, home), to }))
  const before = free
    .filter(({ from }) => from < home)
    .map(({ from, to }) => ({ from, to: Math.min(to, home) }))
  return [...after, ...before]
}

function homeOf(key: string): number {
  return pointOf(key, 0)
}

/** Two FNV-1a passes with murmur's finish make 53 bits. */
function pointOf(text: string, salt: number): number {
  return (mixed(text, salt, 0x811c9dc5) * 2097152 + (mixed(text, salt, 0x5bd1e995) >>> 11)) / 9007199254740992
}

function mixed(text: string, salt: number, start: number): number {
  let hash = Math.imul(start ^ salt, 0x9e3779b1)
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
