import { readdir, readFile } from 'node:fs/promises'
import { ForageError } from '../../../core/errors.ts'
import type { SqlDatabase, SqlRunner } from './database.ts'
import { lock } from './locks.ts'

const DIRECTORY = new URL('../../../../data/sql/', import.meta.url)

interface Migration {
  readonly number: number
  readonly name: string
  readonly text: string
}

/**
 * Runs the files of `data/sql` that this database has not had yet, all in one transaction under one lock: of several
 * nodes that start at once one does it and the others find it done.
 *
 * @throws ForageError `store-newer` when a later version of Forage has been here
 */
export async function migrate(database: SqlDatabase): Promise<void> {
  const known = await knownMigrations()
  const latest = known.at(-1)?.number ?? 0
  // Nothing is locked or written on the usual start.
  if ((await schemaNumber(database)) === latest) return
  await database.transaction(async (runner) => {
    await lock(runner, 'migrating')
    const reached = await schemaNumber(runner)
    if (reached > latest) throw newer(reached, latest)
    if (reached === 0) {
      await runner.query('create schema if not exists forage')
      await runner.query(
        'create table if not exists forage.migrations (number integer primary key, name text not null)',
      )
    }
    for (const { number, name, text } of known) {
      if (number <= reached) continue
      for (const statement of statementsOf(text)) await runner.query(statement)
      await runner.query('insert into forage.migrations (number, name) values ($1, $2)', [number, name])
    }
  })
}

async function schemaNumber(runner: SqlRunner): Promise<number> {
  const [there] = await runner.query<{ is_there: boolean }>(
    `select to_regclass('forage.migrations') is not null as is_there`,
  )
  if (there?.is_there !== true) return 0
  const [row] = await runner.query<{ number: number | null }>(
    'select max(number) as number from forage.migrations',
  )
  return row?.number ?? 0
}

async function knownMigrations(): Promise<Migration[]> {
  const names = (await readdir(DIRECTORY)).filter((name) => /^\d{6}-[a-z-]+\.sql$/.test(name)).sort()
  return Promise.all(
    names.map(async (name) => ({
      number: Number(name.slice(0, 6)),
      name,
      text: await readFile(new URL(name, DIRECTORY), 'utf8'),
    })),
  )
}

/** A script cut at the semicolons that end a line, outside of `$$` bodies: a bound statement holds one at a time. */
function statementsOf(script: string): string[] {
  const statements: string[] = []
  let statement = ''
  let isInBody = false
  for (const line of script.split('\n')) {
    if (!isInBody && /^\s*--/.test(line)) continue
    statement += `${line}\n`
    if ((line.match(/\$\$/g)?.length ?? 0) % 2 === 1) isInBody = !isInBody
    if (!isInBody && line.trimEnd().endsWith(';')) {
      statements.push(statement)
      statement = ''
    }
  }
  if (statement.trim() !== '') throw new Error(`a migration ends without a semicolon: ${statement}`)
  return statements
}

function newer(reached: number, latest: number): ForageError {
  return new ForageError(
    'store-newer',
    `store: its schema is number ${reached}, this version of Forage knows up to ${latest}; start the version that wrote it, or a later one`,
  )
}
