import { processEnvironment } from '../../src/compose.ts'
import { runGroup } from './run-group.ts'
import type { WorkerMessage, WorkerTask } from './study.ts'

/** Answers the parent process until it goes away. */
export function serveGroups(): void {
  const tell = (message: WorkerMessage) => process.send?.(message)
  process.on('message', async (task: WorkerTask) => {
    try {
      for await (const message of runGroup(task, processEnvironment())) tell(message)
    } catch (error) {
      tell({ kind: 'fatal', message: error instanceof Error ? error.message : String(error) })
    }
  })
  process.on('disconnect', () => process.exit())
}
