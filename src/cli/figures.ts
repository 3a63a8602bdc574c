/** 12.3 %, from a fraction. */
export function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`
}

/** +12.3, in percentage points, from a difference of fractions. */
export function points(difference: number): string {
  const value = (difference * 100).toFixed(1)
  return difference < 0 || value === '0.0' ? value.replace('-0.0', '0.0') : `+${value}`
}

/** 12,345 */
export function counted(value: number): string {
  return value.toLocaleString('en-US')
}

const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

/** One block a value, from 0 to the largest; the last ones when there are more than `width`. */
export function sparkline(values: readonly number[], width: number): string {
  const largest = Math.max(...values, 0)
  return values
    .slice(-width)
    .map((value) => BLOCKS[largest > 0 ? Math.min(7, Math.floor((value / largest) * 8)) : 0])
    .join('')
}
