/** @throws RangeError unless `value` is a whole number of at least 0 that a double holds exactly */
export function checkCount(name: string, value: number): void {
  if (!(Number.isSafeInteger(value) && value >= 0)) {
    throw new RangeError(`${name}: must be a whole number of at least 0, got ${value}`)
  }
}

/** @throws RangeError unless `value` is finite and above 0 */
export function checkAboveZero(name: string, value: number): void {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`${name}: must be a finite number above 0, got ${value}`)
  }
}

/** @throws RangeError unless `value` is finite and at least 0 */
export function checkNotNegative(name: string, value: number): void {
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`${name}: must be a finite number of at least 0, got ${value}`)
  }
}

/** @throws RangeError unless `value` is strictly between 0 and 1 */
export function checkShare(name: string, value: number): void {
  if (!(value > 0 && value < 1)) {
    throw new RangeError(`${name}: must be strictly between 0 and 1, got ${value}`)
  }
}
