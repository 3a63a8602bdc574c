/** How numbers are written in the report. No locale: the same on every machine. */

const NO_BREAK_SPACE = '\u00a0'
const MINUS = '\u2212'
const EN_DASH = '\u2013'

/** A fraction in [0, 1] as `12.3 %`; a dash for null. */
export function percent(fraction: number | null, digits = 1): string {
  return fraction === null ? EN_DASH : `${fixed(fraction * 100, digits)}${NO_BREAK_SPACE}%`
}

/** A difference of two fractions as `+12.3`, in percentage points. */
export function signedPoints(difference: number): string {
  const text = fixed(difference * 100, 1)
  return difference >= 0 && !text.startsWith(MINUS) ? `+${text}` : text
}

/** `digits` places after the point, with a true minus sign and no `-0.0`. */
export function fixed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits)
  return value < 0 && Number(text) !== 0 ? `${MINUS}${text}` : text
}

/** A whole number in groups of three: `12,345`. */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

/** `1 call`, `2 calls`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)}${NO_BREAK_SPACE}${value === 1 ? one : many}`
}

/** Seconds as `0.4 s`, `12 s`, `3 min 20 s`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${fixed(seconds, 1)}${NO_BREAK_SPACE}s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole}${NO_BREAK_SPACE}s`
  if (whole < 3600) return `${Math.floor(whole / 60)}${NO_BREAK_SPACE}min ${whole % 60}${NO_BREAK_SPACE}s`
  return `${Math.floor(whole / 3600)}${NO_BREAK_SPACE}h ${Math.floor((whole % 3600) / 60)}${NO_BREAK_SPACE}min`
}

/** US dollars: cents for sums of a cent and more, else two significant digits. */
export function dollars(value: number): string {
  if (value === 0 || value >= 0.01) return `$${value.toFixed(2)}`
  return `$${value.toFixed(Math.min(10, 1 - Math.floor(Math.log10(value))))}`
}

/** Relevance in [1, 10] with one digit; a dash for null. */
export function relevanceText(relevance: number | null): string {
  return relevance === null ? EN_DASH : fixed(relevance, 1)
}
