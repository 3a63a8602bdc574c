import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { npmBinaries } from './postgresql-binaries.ts'
import { startTestServer } from './postgresql-server.ts'

test('the PostgreSQL that npm brings runs, survives a kill, and leaves nothing', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'forage-binaries-'))
  await chmod(scratch, 0o755)
  const server = await startTestServer({ binaries: await npmBinaries(scratch) })
  const ask = async (statement: string) => {
    const client = new pg.Client({ connectionString: `${server.url}/postgres` })
    await client.connect()
    const { rows } = await client.query(statement)
    await client.end()
    return rows
  }
  await ask('create table t (n integer)')
  await ask('insert into t values (1)')
  const before = server.pid()
  await server.kill()
  await expect(ask('select n from t')).rejects.toThrow()
  await server.start()
  expect(server.pid()).not.toBe(before)
  expect(await ask('select n from t')).toEqual([{ n: 1 }])
  await server.stop()
  await server.stop()
  await rm(scratch, { recursive: true })
})
