import type { SqlRunner } from './database.ts'

/** First number of every advisory lock that Forage takes; `data/sql` has it too. */
const FORAGE = 1718579809

/** Second number: what is locked. 1 is sealing and 3 the making of days, which `data/sql` takes by itself. */
const NUMBERS = { counting: 2, migrating: 4, keys: 5, spending: 6 } as const

/** Waits for the lock and keeps it to the end of the transaction. */
export async function lock(runner: SqlRunner, what: keyof typeof NUMBERS): Promise<void> {
  await runner.query('select pg_advisory_xact_lock($1::integer, $2::integer)', [FORAGE, NUMBERS[what]])
}
