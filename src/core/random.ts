import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'

/** A seeded generator. Everything random in Forage takes one; nothing calls Math.random. */
export interface Random {
  /** Uniform in [0, 1), 53 random bits. */
  uniform(): number
  /** Uniform integer in [0, bound), without modulo bias. `bound` from 1 to 2^32. */
  integer(bound: number): number
  /** 32 random bits as a signed integer. */
  next32(): number
}

/**
 * The generator for one purpose of one run. The same seed and names always give the same sequence, and two
 * different lists of names give unrelated ones, so that drawing more in one place never shifts another.
 *
 * @param seed whole number, the run's seed
 * @param names purpose, from broad to narrow: `'audience', 3`
 */
export function randomStream(seed: number, ...names: readonly (string | number)[]): Random {
  // JSON keeps ['a', 'b'] apart from ['a,b'], and 1 from '1'.
  const generator = xoroshiro128plusFromState(hash128(JSON.stringify([seed, ...names])))
  const next32 = () => generator.next()
  return {
    next32,
    uniform() {
      const high = next32() >>> 5
      const low = next32() >>> 6
      return (high * 67108864 + low) / 9007199254740992
    },
    integer(bound) {
      if (!(Number.isInteger(bound) && bound >= 1 && bound <= 4294967296)) {
        throw new RangeError(`integer: bound must be a whole number from 1 to 2^32, got ${bound}`)
      }
      // Rejection of the last, incomplete run of values removes the bias of a plain modulo.
      const limit = 4294967296 - (4294967296 % bound)
      for (;;) {
        const value = next32() >>> 0
        if (value < limit) return value % bound
      }
    },
  }
}

/** A whole-number seed in [0, 2^31) for a library that takes one number, such as a language model's sampler. */
export function derivedSeed(seed: number, ...names: readonly (string | number)[]): number {
  return randomStream(seed, 'derived-seed', ...names).next32() >>> 1
}

/** `items` in random order (Fisher-Yates); the input stays as it is. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items]
  for (let last = result.length - 1; last > 0; last--) {
    const other = random.integer(last + 1)
    const kept = result[last] as T
    result[last] = result[other] as T
    result[other] = kept
  }
  return result
}

/** Four 32-bit words from a text: four FNV-1a passes with a strong finish each. Never all zero. */
function hash128(text: string): [number, number, number, number] {
  const words: [number, number, number, number] = [0, 0, 0, 0]
  for (let lane = 0; lane < 4; lane++) {
    let hash = 0x811c9dc5 ^ Math.imul(lane + 1, 0x9e3779b1)
    for (let index = 0; index < text.length; index++) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    words[lane] = hash ^ (hash >>> 16)
  }
  if ((words[0] | words[1] | words[2] | words[3]) === 0) words[0] = 1
  return words
}
