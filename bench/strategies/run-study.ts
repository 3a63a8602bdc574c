import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { FailedRun, RunGroup, RunResult, StudyOptions, WorkerMessage } from './study.ts'

export interface StudyRuns {
  readonly runs: readonly RunResult[]
  readonly failed: readonly FailedRun[]
}

/**
 * Runs all groups in `workers` processes, each with its own model, and gives the runs in the order of the
 * options, whichever process finished first.
 *
 * @param onMessage told everything as it happens
 * @param env of the processes; FORAGE_HOME says where the models are
 * @throws Error with what ended the study; answers so far are kept
 */
export async function runStudy(
  groups: readonly RunGroup[],
  options: StudyOptions,
  workers: number,
  onMessage: (message: WorkerMessage) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<StudyRuns> {
  const waiting = [...groups]
  const runs: RunResult[] = []
  const failed: FailedRun[] = []
  const children: ChildProcess[] = []
  const hear = (message: WorkerMessage) => {
    if (message.kind === 'run') runs.push(message.run)
    if (message.kind === 'failed') failed.push(message.run)
    onMessage(message)
  }
  try {
    await Promise.all(
      Array.from({ length: Math.min(workers, groups.length) }, async () => {
        const child = fork(fileURLToPath(new URL('./worker.js', import.meta.url)), {
          env,
          execArgv: [],
          stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        })
        children.push(child)
        for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
          await groupDone(child, group, options, hear)
        }
      }),
    )
  } finally {
    for (const child of children) child.kill()
  }
  const place = ({ topic, audience, seed, strategy }: RunResult) =>
    [
      options.topics.indexOf(topic),
      options.audiences.indexOf(audience),
      options.seeds.indexOf(seed),
      options.strategies.indexOf(strategy),
    ].reduce((sum, index) => 1000 * sum + index, 0)
  return { runs: runs.sort((a, b) => place(a) - place(b)), failed }
}

function groupDone(
  child: ChildProcess,
  group: RunGroup,
  options: StudyOptions,
  hear: (message: WorkerMessage) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: WorkerMessage) => {
      hear(message)
      if (message.kind === 'fatal') end(() => reject(new Error(message.message)))
      if (message.kind === 'group-done') end(resolve)
    }
    const onExit = (code: number | null, signal: string | null) =>
      end(() => reject(new Error(`a worker process ended early (${signal ?? `code ${code}`})`)))
    const end = (settle: () => void) => {
      child.off('message', onMessage)
      child.off('exit', onExit)
      settle()
    }
    child.on('message', onMessage)
    child.on('exit', onExit)
    child.send({ group, options })
  })
}
