import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { DEFAULT_CONTEXT_CONFIG } from '../../core/live/context-config.ts'
import { describeStore } from '../../testing/store-conformance.ts'
import { pgliteDatabase, pgliteStore } from './pglite.ts'
import { sqlStore } from './sql-store.ts'

const directory = mkdtempSync(join(tmpdir(), 'forage-pglite-'))
afterAll(() => rmSync(directory, { recursive: true }))

const AUDIT = { atMs: 1, by: 'test', action: 'context-created', contextKey: null, details: {} }
const GIVEN = { key: 'kept', task: 't', topic: 'x', seed: 1, config: DEFAULT_CONTEXT_CONFIG }

describeStore('pglite', () => pgliteStore({ directory: join(directory, 'conformance') }))

describe('pglite', () => {
  test('a directory is open once; what was kept is there when it is opened again', async () => {
    const own = join(directory, 'own')
    const first = await pgliteStore({ directory: own })
    await first.migrate()
    const { context } = await first.createContext(GIVEN, AUDIT)
    await expect(pgliteStore({ directory: own })).rejects.toMatchObject({
      code: 'store-in-use',
      message: expect.stringContaining(own),
    })
    await first.close()

    const database = await pgliteDatabase(own)
    const again = sqlStore(database)
    await again.migrate()
    expect(await again.context('kept')).toEqual(context)

    // As a version would have left it that knew less.
    await database.query('update forage.contexts set config = $1', [
      '{"poolSize": 9, "caps": {"clickersMin": 1}}',
    ])
    expect((await again.context('kept'))?.config).toEqual({
      ...DEFAULT_CONTEXT_CONFIG,
      poolSize: 9,
      caps: { ...DEFAULT_CONTEXT_CONFIG.caps, clickersMin: 1 },
    })

    await database.query(`insert into forage.migrations (number, name) values (999999, 'later')`)
    await expect(again.migrate()).rejects.toMatchObject({ code: 'store-newer' })
    await again.close()
    await expect(again.context('kept')).rejects.toMatchObject({
      code: 'store-unavailable',
      isRetryable: true,
    })
  })

  test('a call that the database refuses fails alone', async () => {
    const store = await pgliteStore({ directory: null })
    await store.migrate()
    const { context } = await store.createContext(GIVEN, AUDIT)
    const event = (slateId: string, eventId: string) => ({
      eventId,
      slate: {
        ...{
          slateId,
          contextId: context.id,
          arm: 'live',
          version: 1,
          itemIds: ['i0'],
          policy: 'uniform' as const,
        },
        ...{ isUniform: true, propensity: 1, issuedAtMs: 0, closesAtMs: 1000, visitor: 'v' },
      },
      kind: 'click' as const,
      position: 0,
      occurredAtMs: 1,
      receivedAtMs: 1,
      mark: 'none' as const,
      network: 'n',
    })
    // A text in this database cannot hold a NUL.
    const calls = [event('s1', 'a'), event('s2', 'a'), event('s3', 'nul \u0000'), event('s4', 'a')]
    const outcomes = await Promise.allSettled(calls.map((one) => store.ingest([one])))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect(outcomes[2]).toMatchObject({ reason: { code: 'store-failed', isRetryable: false } })
    expect(await store.openCounts(context.id)).toEqual({ impressions: 0, clicks: 3 })
    await store.close()
  })

  test('a place that cannot be a database says so', async () => {
    const file = join(directory, 'file')
    writeFileSync(file, '')
    await expect(pgliteStore({ directory: join(file, 'inside') })).rejects.toMatchObject({
      code: 'store-failed',
    })
  })

  test('a process ends after closing, and the database with it', async () => {
    const script = `
      import { register } from 'tsx/esm/api'
      register()
      const { pgliteStore } = await import('./src/adapters/store/pglite.ts')
      const store = await pgliteStore({ directory: ${JSON.stringify(join(directory, 'own'))} })
      await store.ping()
      await store.close()
      console.log('closed')`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
    expect(stdout.trim()).toBe('closed')
    expect(existsSync(join(directory, 'own', 'lock'))).toBe(false)
  })
})
