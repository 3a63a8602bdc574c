/** What a progress line needs of a stream; `process.stderr` is one. */
export interface ProgressStream {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

export interface ProgressBar {
  /** `done` of `total` bytes; the total may change, as when another source takes over. */
  update(label: string, doneBytes: number, totalBytes: number): void
  /** Prints a line above the bar. */
  note(line: string): void
  /** Leaves the last state on the screen and ends the line. Safe to call twice. */
  stop(): void
}

/** Redraws of a terminal's bar are at least this far apart. */
const redrawMs = 100
/** Elsewhere a line is printed at the start, each time a tenth more is there, and at the end. */
const lineShare = 0.1
/** The rate is that of the last few seconds. */
const rateWindowMs = 5_000
const barWidth = 24

/**
 * Progress of a download: on a terminal one line that is redrawn (percent, bytes, rate, time left), elsewhere a
 * plain line now and then.
 *
 * @param nowMs a clock, in milliseconds; tests give their own
 */
export function progressBar(
  stream: ProgressStream,
  nowMs: () => number = () => performance.now(),
): ProgressBar {
  let samples: { atMs: number; bytes: number }[] = []
  let drawnAtMs = Number.NEGATIVE_INFINITY
  let line = ''
  let printedShare = -1
  let last: { label: string; done: number; total: number } | undefined

  const describe = (): string => {
    const { label, done, total } = last!
    const share = total > 0 ? done / total : 1
    const rate = bytesPerSecond(samples)
    const secondsLeft = rate > 0 && done < total ? (total - done) / rate : undefined
    return [
      ...(stream.isTTY ? [drawBar(share)] : []),
      `${String(Math.floor(share * 100)).padStart(3)} %`,
      `${megabytes(done)} of ${megabytes(total)} MB`,
      ...(rate > 0 ? [`${megabytes(rate)} MB/s`] : []),
      ...(secondsLeft === undefined ? [] : [`${formatSeconds(secondsLeft)} left`]),
      label,
    ].join('  ')
  }
  const draw = (): void => {
    line = describe().slice(0, Math.max(20, (stream.columns ?? 80) - 1))
    stream.write(`\r${line}\u001b[K`)
    drawnAtMs = nowMs()
  }

  return {
    update(label, doneBytes, totalBytes) {
      const done = Math.max(0, Math.min(doneBytes, totalBytes))
      const atMs = nowMs()
      // A step back means another source or a fresh start: the old rate says nothing about it.
      if (last && (done < last.done || totalBytes !== last.total)) {
        samples = []
        printedShare = -1
      }
      last = { label, done, total: totalBytes }
      samples.push({ atMs, bytes: done })
      while (samples.length > 2 && samples[1]!.atMs < atMs - rateWindowMs) samples.shift()
      const share = totalBytes > 0 ? done / totalBytes : 1
      if (stream.isTTY) {
        if (atMs - drawnAtMs >= redrawMs || share === 1) draw()
      } else if (printedShare < 0 || share >= printedShare + lineShare || (share === 1 && printedShare < 1)) {
        printedShare = share
        stream.write(`${describe()}\n`)
      }
    },
    note(text) {
      if (stream.isTTY && line !== '') {
        stream.write(`\r\u001b[K${text}\n`)
        draw()
      } else stream.write(`${text}\n`)
    },
    stop() {
      if (stream.isTTY && line !== '') {
        draw()
        stream.write('\n')
      }
      line = ''
    },
  }
}

function bytesPerSecond(samples: readonly { atMs: number; bytes: number }[]): number {
  const first = samples[0]
  const last = samples.at(-1)
  if (!first || !last || last.atMs <= first.atMs) return 0
  return ((last.bytes - first.bytes) / (last.atMs - first.atMs)) * 1000
}

function drawBar(share: number): string {
  const filled = Math.round(share * barWidth)
  return `[${'='.repeat(filled)}${' '.repeat(barWidth - filled)}]`
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1)
}

/** 9 s, 2 min 5 s, 1 h 3 min. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}
