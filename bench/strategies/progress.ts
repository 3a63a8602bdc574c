import type { StudyOptions, WorkerMessage } from './study.ts'

/** Below this share of what its answers once took, a run was played from kept answers. */
const REPLAY_SHARE = 0.25

/** Says what was done and how long the rest may take. */
export function studyProgress(
  options: StudyOptions,
  groups: number,
  workers: number,
  log: (line: string) => void,
): (message: WorkerMessage) => void {
  const { audiences, strategies } = options
  const total = groups * audiences.length * strategies.length
  const times = new Map<string, { readonly wallSeconds: number; readonly isReplay: boolean }[]>()
  const left = new Map<string, number>()
  for (const audience of audiences) {
    for (const strategy of strategies) {
      const kind = kindOf(strategy, audience)
      left.set(kind, (left.get(kind) ?? 0) + groups)
    }
  }
  let done = 0

  /** Strategies that ask the same whatever was clicked take time before the first audience only. */
  function kindOf(strategy: string, audience: string): string {
    return `${strategy} ${audience === audiences[0] ? 'first' : 'later'}`
  }

  function secondsLeft(): number {
    const known = [...times.values()].flat()
    let seconds = 0
    for (const [kind, count] of left) seconds += count * meanOf(times.get(kind) ?? known)
    return seconds / Math.min(workers, groups)
  }

  function meanOf(runs: readonly { readonly wallSeconds: number; readonly isReplay: boolean }[]): number {
    const fresh = runs.filter(({ isReplay }) => !isReplay)
    const counted = fresh.length > 0 ? fresh : runs
    return counted.reduce((sum, { wallSeconds }) => sum + wallSeconds, 0) / Math.max(1, counted.length)
  }

  return (message) => {
    if (message.kind === 'note') log(message.text)
    if (message.kind !== 'run' && message.kind !== 'failed') return
    const { topic, audience, seed, strategy } = message.run
    const kind = kindOf(strategy, audience)
    left.set(kind, (left.get(kind) ?? 1) - 1)
    done++
    let what: string
    if (message.kind === 'run') {
      const { wallSeconds, run } = message
      const isReplay = wallSeconds < REPLAY_SHARE * run.modelSeconds
      times.set(kind, [...(times.get(kind) ?? []), { wallSeconds, isReplay }])
      const percent = (value: number | undefined) => `${(100 * (value ?? 0)).toFixed(1)} %`
      what = `${percent(run.poolCtrs[0])} to ${percent(run.poolCtrs.at(-1))}, ${wallSeconds.toFixed(1)} s${isReplay ? ', answers kept' : ''}`
    } else what = `FAILED: ${message.run.reason}`
    const minutes = secondsLeft() / 60
    log(
      `${done}/${total}  ${topic}, ${audience}, seed ${seed}, ${strategy}: ${what}; about ${minutes.toFixed(1)} min left`,
    )
  }
}
