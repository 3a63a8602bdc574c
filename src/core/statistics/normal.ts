/**
 * P(Z <= z) of the standard normal distribution, to about 14 digits of the smaller tail.
 *
 * Hart's rational approximation in the form of G. West, "Better approximations to cumulative normal
 * functions", Wilmott Magazine (2005), with Laplace's continued fraction beyond 7.07.
 */
export function normalCdf(z: number): number {
  const tail = upperTail(Math.abs(z))
  return z > 0 ? 1 - tail : tail
}

/** P(|Z| >= |z|): the two-sided p-value of a standard normal score, exact for small values too. */
export function normalTwoSided(z: number): number {
  return Math.min(1, 2 * upperTail(Math.abs(z)))
}

function upperTail(z: number): number {
  if (z > 38) return 0
  const density = Math.exp((-z * z) / 2)
  if (z < 7.07106781186547) return (density * polynomial(TAIL_TOP, z)) / polynomial(TAIL_BOTTOM, z)
  let fraction = z
  for (let term = 40; term >= 1; term--) fraction = z + term / fraction
  return density / fraction / Math.sqrt(2 * Math.PI)
}

/**
 * z with P(Z <= z) = probability, to about 15 digits: algorithm AS 241 (PPND16) of M. Wichura, Applied
 * Statistics 37 (1988).
 *
 * @throws RangeError when probability is not strictly between 0 and 1
 */
export function normalQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1)) {
    throw new RangeError(`probability: must be strictly between 0 and 1, got ${probability}`)
  }
  const centred = probability - 0.5
  if (Math.abs(centred) <= 0.425) {
    const square = 0.180625 - centred * centred
    return (centred * polynomial(CENTRE_TOP, square)) / polynomial(CENTRE_BOTTOM, square)
  }
  const depth = Math.sqrt(-Math.log(Math.min(probability, 1 - probability)))
  const size =
    depth <= 5
      ? polynomial(MIDDLE_TOP, depth - 1.6) / polynomial(MIDDLE_BOTTOM, depth - 1.6)
      : polynomial(FAR_TOP, depth - 5) / polynomial(FAR_BOTTOM, depth - 5)
  return centred < 0 ? -size : size
}

/** z of a two-sided interval: 1.96 for a level of 0.95. */
export function twoSidedScore(level: number): number {
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`level: must be strictly between 0 and 1, got ${level}`)
  }
  return normalQuantile(0.5 + level / 2)
}

/** Coefficients from the highest power down. */
function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0
  for (const coefficient of coefficients) value = value * x + coefficient
  return value
}

const TAIL_TOP = [
  0.0352624965998911, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871,
  221.213596169931, 220.206867912376,
]
const TAIL_BOTTOM = [
  0.0883883476483184, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831,
  793.826512519948, 440.413735824752,
]
const CENTRE_TOP = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
  1971.5909503065513, 133.14166789178438, 3.3871328727963665,
]
const CENTRE_BOTTOM = [
  5226.495278852546, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
  687.1870074920579, 42.31333070160091, 1,
]
const MIDDLE_TOP = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
  5.769497221460691, 4.630337846156546, 1.4234371107496835,
]
const MIDDLE_BOTTOM = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
  1.6763848301838038, 2.053191626637759, 1,
]
const FAR_TOP = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124,
  0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
]
const FAR_BOTTOM = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133,
  0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
]
