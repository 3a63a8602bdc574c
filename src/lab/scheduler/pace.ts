/** How fast an experiment goes, and how long the rest may take. */
export interface Pace {
  /** A run of a kind has ended, `seconds` after it began. */
  ended(kind: string, seconds: number): void
  /** Runs that have ended here. */
  readonly done: number
  readonly total: number
  /** Runs a second, of those that ended here; undefined before the first. */
  runsPerSecond(elapsedSeconds: number): number | undefined
  /** Undefined before the first run has ended. */
  secondsLeft(): number | undefined
}

/**
 * Runs of one kind take about as long as each other, and kinds differ a lot: what a strategy asks that looks at no
 * clicks is asked before the first audience only, and is there for all others.
 *
 * @param waiting the kind of each run to be made
 * @param atOnce runs made at the same time
 */
export function paceOf(waiting: Iterable<string>, atOnce: number): Pace {
  const left = new Map<string, number>()
  const ended = new Map<string, { count: number; seconds: number }>()
  let total = 0
  let done = 0
  for (const kind of waiting) {
    left.set(kind, (left.get(kind) ?? 0) + 1)
    total++
  }
  const all = () => {
    const sum = { count: 0, seconds: 0 }
    for (const { count, seconds } of ended.values()) {
      sum.count += count
      sum.seconds += seconds
    }
    return sum
  }
  return {
    get done() {
      return done
    },
    total,
    ended(kind, seconds) {
      const before = ended.get(kind) ?? { count: 0, seconds: 0 }
      ended.set(kind, { count: before.count + 1, seconds: before.seconds + seconds })
      left.set(kind, Math.max(0, (left.get(kind) ?? 1) - 1))
      done++
    },
    runsPerSecond: (elapsedSeconds) =>
      done === 0 || elapsedSeconds <= 0 ? undefined : done / elapsedSeconds,
    secondsLeft() {
      if (done === 0) return undefined
      let seconds = 0
      for (const [kind, count] of left) {
        const known = ended.get(kind) ?? all()
        seconds += (count * known.seconds) / known.count
      }
      return seconds / atOnce
    },
  }
}
