import type { SqlRunner } from './database.ts'

/** Tells serving nodes of a change. Last in a transaction: see `forage.touch_serving`. */
export async function touch(runner: SqlRunner, contextId: number): Promise<void> {
  await runner.query('select forage.touch_serving($1, false)', [contextId])
}
