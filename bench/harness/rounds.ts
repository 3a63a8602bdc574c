import type { FormReport } from './bench.ts'

/**
 * Something to time. `time` does its work `repeats` times and resolves to milliseconds for one: processor time
 * where the work is done by this or one other process alone, which what else the machine runs disturbs less
 * than the clock.
 */
export interface Form {
  readonly name: string
  readonly isRival: boolean
  time(repeats: number): Promise<number>
}

export interface RoundsOptions {
  /** Rounds that count; two more warm up. */
  readonly rounds: number
  /** Each form is repeated in a round until about this long has passed. */
  readonly roundMs: number
}

/** Milliseconds by form and round: `times.get(name)[round]`. */
export type RoundTimes = ReadonlyMap<string, readonly number[]>

/**
 * Times all forms in each round, the first one another time, so that what else the machine does meets all
 * alike and ratios can be taken round by round.
 */
export async function timeRounds(forms: readonly Form[], options: RoundsOptions): Promise<RoundTimes> {
  const times = new Map<string, number[]>(forms.map((form) => [form.name, []]))
  const repeats = new Map<string, number>()
  for (const form of forms) {
    await form.time(1)
    const once = Math.max(await form.time(3), 1e-4)
    repeats.set(form.name, Math.max(1, Math.round(options.roundMs / once)))
  }
  for (let round = -2; round < options.rounds; round++) {
    for (let turn = 0; turn < forms.length; turn++) {
      const form = forms[(turn + round + 2) % forms.length] as Form
      const milliseconds = await form.time(repeats.get(form.name) as number)
      if (round >= 0) times.get(form.name)?.push(milliseconds)
    }
  }
  return times
}

/** A form of this process, by processor time of all its threads: `work` is called `repeats` times. */
export function localForm(name: string, work: () => unknown): Form {
  return {
    name,
    isRival: false,
    async time(repeats) {
      const start = process.cpuUsage()
      for (let repeat = 0; repeat < repeats; repeat++) work()
      const { user, system } = process.cpuUsage(start)
      return (user + system) / 1000 / repeats
    },
  }
}

export function reportForms(forms: readonly Form[], times: RoundTimes): FormReport[] {
  return forms.map(({ name, isRival }) => {
    const rounds = times.get(name) as readonly number[]
    return measuredForm(name, rounds, 'ms', isRival)
  })
}

/**
 * How many times faster `ours` is than the fastest of `rivals`: the median over rounds of the ratio taken
 * within each round, with the smallest and the largest.
 */
export function speedRatio(
  times: RoundTimes,
  ours: string,
  rivals: readonly string[],
): { got: number; spread: [number, number] } {
  const mine = times.get(ours) as readonly number[]
  const byMedian = (name: string) => median(times.get(name) as readonly number[])
  const fastest = [...rivals].sort((a, b) => byMedian(a) - byMedian(b))[0] as string
  const theirs = times.get(fastest) as readonly number[]
  const ratios = mine.map((milliseconds, round) => (theirs[round] as number) / milliseconds)
  return { got: median(ratios), spread: range(ratios) }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)] as number
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2
}

function range(values: readonly number[]): [number, number] {
  return [Math.min(...values), Math.max(...values)]
}

/** What was measured in several rounds, or once. */
export function measuredForm(
  name: string,
  values: readonly number[],
  unit: string,
  isRival = false,
): FormReport {
  return { name, isRival, median: median(values), spread: range(values), unit }
}
