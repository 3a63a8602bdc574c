/** One question about speed, answered by timing forms side by side. Each bench file exports one as `bench`. */
export interface Bench {
  /** As on the command line, such as `simulator`. */
  readonly name: string
  /** What the figures answer, in a sentence. */
  readonly question: string
  run(log: (line: string) => void): Promise<BenchReport>
  /** Puts the figures where else they stand, such as in a document. */
  keep?(report: BenchReport): void
}

export interface BenchReport {
  /** What was measured, such as `N = 5, K = 3, S = 5,000`, with its forms. */
  readonly cases: readonly CaseReport[]
  readonly claims: readonly Claim[]
  /** Versions besides Node's, such as Python and NumPy. */
  readonly versions: Readonly<Record<string, string>>
  /** Of results that depend on the seed only: a change means that results, not just speed, have changed. */
  readonly resultHash: string
  /** What a reader must know, such as a rival that was not there. */
  readonly notes?: readonly string[]
}

export interface CaseReport {
  readonly name: string
  readonly forms: readonly FormReport[]
}

export interface FormReport {
  readonly name: string
  readonly isRival: boolean
  /** Of the rounds, in `unit`. */
  readonly median: number
  /** Fastest and slowest round. */
  readonly spread: readonly [number, number]
  readonly unit: string
}

/** A target, and whether this run meets it. */
export interface Claim {
  readonly text: string
  /** Least ratio (or most, where `atMost`) wanted. */
  readonly wanted: number
  readonly got: number
  /** Smallest and largest ratio of the rounds. */
  readonly spread?: readonly [number, number]
  readonly atMost?: boolean
}

export function claimHolds({ wanted, got, atMost }: Claim): boolean {
  return atMost === true ? got <= wanted : got >= wanted
}
