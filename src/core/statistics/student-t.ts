/**
 * P(|t| <= x) of Student's t distribution with whole degrees of freedom: the finite sums 26.7.3 and 26.7.4 of
 * Abramowitz and Stegun, "Handbook of Mathematical Functions". Takes time proportional to `degrees`.
 */
export function studentTwoSided(x: number, degrees: number): number {
  const angle = Math.atan(Math.abs(x) / Math.sqrt(degrees))
  const cosineSquare = Math.cos(angle) ** 2
  const isOdd = degrees % 2 === 1
  let term = isOdd ? Math.cos(angle) : 1
  let sum = 0
  for (let power = isOdd ? 1 : 0; power <= degrees - 2; power += 2) {
    sum += term
    term *= (cosineSquare * (power + 1)) / (power + 2)
  }
  return isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum
}

/**
 * x with P(|t| <= x) = level: 2.776 for a level of 0.95 and 4 degrees of freedom. By bisection.
 *
 * @param level in (0, 1)
 * @param degrees whole number of at least 1
 * @throws RangeError naming argument and value
 */
export function studentScore(level: number, degrees: number): number {
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`level: must be strictly between 0 and 1, got ${level}`)
  }
  if (!(Number.isInteger(degrees) && degrees >= 1)) {
    throw new RangeError(`degrees: must be a whole number of at least 1, got ${degrees}`)
  }
  let high = 1
  while (studentTwoSided(high, degrees) < level && high < 1e15) high *= 2
  let low = 0
  for (let halving = 0; halving < 80; halving++) {
    const middle = (low + high) / 2
    if (studentTwoSided(middle, degrees) < level) low = middle
    else high = middle
  }
  return (low + high) / 2
}
