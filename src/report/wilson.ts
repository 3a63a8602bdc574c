/** 0.975 quantile of the standard normal distribution. */
const Z95 = 1.959963984540054

/** 95 % Wilson score interval of a share, in [0, 1]: `successes` of `trials`, with 0 < trials. */
export function wilsonInterval(successes: number, trials: number): [number, number] {
  const share = successes / trials
  const z2 = (Z95 * Z95) / trials
  const middle = (share + z2 / 2) / (1 + z2)
  const half = (Z95 * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials))) / (1 + z2)
  return [Math.max(0, middle - half), Math.min(1, middle + half)]
}
