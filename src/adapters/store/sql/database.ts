/** A row by column name. Whole numbers come as numbers, JSON parsed, arrays as arrays. */
export type SqlRow = Readonly<Record<string, unknown>>

export interface SqlRunner {
  /**
   * One statement with bound parameters `$1`, `$2`, ...
   *
   * @throws ForageError as `Store` says
   */
  query<Row = SqlRow>(statement: string, parameters?: readonly unknown[]): Promise<Row[]>
}

/** What a driver gives the SQL store. */
export interface SqlDatabase extends SqlRunner {
  readonly kind: 'pglite' | 'postgresql'
  /** Calls of `ingest` that are on their way to the database at once; others wait and go together. */
  readonly ingestsAtOnce: number
  /** Events counted in one transaction. */
  readonly countedAtOnce: number
  /**
   * Runs `work` in one read-committed transaction; rolled back when it throws. Deadlocks and serialization failures
   * run it again, a few times, so it must not change anything outside the database.
   */
  transaction<Result>(work: (runner: SqlRunner) => Promise<Result>): Promise<Result>
  /** Gives space of old row versions back, where the database does not do so by itself. */
  tidy(): Promise<void>
  close(): Promise<void>
}
