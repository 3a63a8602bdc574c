import { checkAboveZero } from './argument.ts'
import type { UtilityPosterior } from './utility-posterior.ts'

/** What sampling needs of a generator: `Random` and the simulator's fast one both fit. */
export interface UniformSource {
  /** Uniform in [0, 1), 53 random bits. */
  uniform(): number
  /** 32 random bits as a signed integer. */
  next32(): number
}

const TO_FRACTION = 1 / 4294967296

/**
 * One draw from Gamma(shape, rate 1): the rejection method of G. Marsaglia and W. W. Tsang, "A simple method for
 * generating gamma variables", ACM Transactions on Mathematical Software 26 (2000), exact; below shape 1 a draw of
 * shape + 1 times U^(1 / shape).
 *
 * @param shape finite and above 0
 * @returns above 0: what would round to 0 (shapes well under 0.05) is the smallest number instead
 * @throws RangeError for another shape
 */
export function sampleGamma(shape: number, random: UniformSource): number {
  checkAboveZero('shape', shape)
  const [offset, scale, power] = gammaConstants(shape)
  return drawGamma(offset, scale, power, random)
}

/** One draw of v from its posterior. For many items at once and for hot paths: `UtilitySampler`. */
export function sampleUtility(posterior: UtilityPosterior, random: UniformSource): number {
  return sampleGamma(posterior.a, random) / sampleGamma(posterior.b, random)
}

/**
 * Draws of v for the items of a pool, with all that does not change between draws worked out before: made once a
 * pool version or fold of counts, used for each slate. v is the ratio of two Gamma draws.
 */
export class UtilitySampler {
  /** How many items. */
  readonly size: number
  /** Six numbers an item: offset, scale and power of the draw above the line, and of the one below it. */
  private readonly constants: Float64Array

  /** @throws RangeError when a parameter is not a finite number above 0 */
  constructor(posteriors: readonly UtilityPosterior[]) {
    this.size = posteriors.length
    this.constants = new Float64Array(6 * posteriors.length)
    for (const [item, { a, b }] of posteriors.entries()) {
      checkAboveZero('a', a)
      checkAboveZero('b', b)
      this.constants.set(gammaConstants(a), 6 * item)
      this.constants.set(gammaConstants(b), 6 * item + 3)
    }
  }

  /**
   * One joint draw: v of each item, in the order they were given.
   *
   * @param into at least `size` long, so that nothing is allocated
   */
  draw(into: Float64Array, random: UniformSource): void {
    const c = this.constants
    for (let item = 0, at = 0; item < this.size; item++, at += 6) {
      const above = drawGamma(c[at] as number, c[at + 1] as number, c[at + 2] as number, random)
      const below = drawGamma(c[at + 3] as number, c[at + 4] as number, c[at + 5] as number, random)
      into[item] = above / below
    }
  }
}

/** d and c of Marsaglia and Tsang, and 1 / shape where the shape had to be raised by 1, else 0. */
function gammaConstants(shape: number): readonly [offset: number, scale: number, power: number] {
  const offset = (shape < 1 ? shape + 1 : shape) - 1 / 3
  return [offset, 1 / Math.sqrt(9 * offset), shape < 1 ? 1 / shape : 0]
}

function drawGamma(offset: number, scale: number, power: number, random: UniformSource): number {
  for (;;) {
    const normal = drawNormal(random)
    const root = 1 + scale * normal
    if (root <= 0) continue
    const cube = root * root * root
    const uniform = positiveFraction(random)
    const square = normal * normal
    if (
      uniform < 1 - 0.0331 * square * square ||
      Math.log(uniform) < 0.5 * square + offset * (1 - cube + Math.log(cube))
    ) {
      if (power === 0) return offset * cube
      return Math.max(offset * cube * (1 - random.uniform()) ** power, Number.MIN_VALUE)
    }
  }
}

/**
 * A standard normal draw by the ratio of uniforms, with the quadratic bounds of J. L. Leva, "A fast normal random
 * number generator", ACM Transactions on Mathematical Software 18 (1992): exact, keeps no second number, and one
 * draw in a hundred needs a logarithm.
 */
function drawNormal(random: UniformSource): number {
  for (;;) {
    const uniform = positiveFraction(random)
    const side = 1.7156 * TO_FRACTION * random.next32()
    const x = uniform - 0.449871
    const y = Math.abs(side) + 0.386595
    const bound = x * x + y * (0.196 * y - 0.25472 * x)
    if (bound < 0.27597) return side / uniform
    if (bound <= 0.27846 && side * side <= -4 * uniform * uniform * Math.log(uniform)) return side / uniform
  }
}

/** In (0, 1]. 32 bits, half the work of 53: a normal draw then ends at 9.4 standard deviations. */
function positiveFraction(random: UniformSource): number {
  return ((random.next32() >>> 0) + 1) * TO_FRACTION
}
