import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { forgetVisitor } from '../src/compose/exchange.ts'
import { openStore } from '../src/compose/store.ts'
import { keyedHashes } from '../src/service/keyed-hashes.ts'
import { ageStore, liveOn } from '../src/testing/lived-store.ts'
import { runCli, temporaryDirectory } from './cli-runner.ts'

let from: string

beforeAll(async () => {
  from = join(temporaryDirectory(), 'store')
  const store = await openStore({ directory: from })
  await liveOn(store, 'vacuums', 1)
  await ageStore(store)
  await store.close()
})

test('a directory is exported, imported into another, and comes out the same', async () => {
  const file = join(temporaryDirectory(), 'forage.ndjson.gz')
  expect(await runCli(['export', '--data', from, '--out', file])).toMatchObject({ code: 0 })
  const to = join(temporaryDirectory(), 'store')
  const first = await runCli(['import', file, '--data', to])
  expect(first).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^vacuums: imported, 12 items, 3 versions, \d+ new events\n$/),
  })
  const again = await runCli(['export', '--out', '-', '--context', 'vacuums'], { env: { FORAGE_DATA: to } })
  const records = (text: string) =>
    text
      .split('\n')
      .slice(1)
      .filter((line) => !line.startsWith('{"record":"counts"'))
  expect(records(again.stdout)).toEqual(records(gunzipSync(readFileSync(file)).toString('utf8')))
})

test('a log of another system comes in, and stays as it is the second time', async () => {
  const log = join(temporaryDirectory(), 'log.csv')
  writeFileSync(log, 'timestamp,item_id,position,click,propensity_score\n2019-11-24 00:00:34Z,14,3,1,0.5\n')
  const bandit = ['import', log, '--format', 'open-bandit', '--data', from]
  expect(await runCli([...bandit, '--context', 'Shirts'])).toMatchObject({
    code: 0,
    stdout: 'Shirts: imported, 1 items, 1 versions, 0 new events\n',
  })
  const { stdout } = await runCli([...bandit, '--context', 'Shirts', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({ contexts: [{ key: 'Shirts', outcome: 'kept' }] })
})

test('what cannot be done is said with its reason', async () => {
  const nowhere = join(temporaryDirectory(), 'none')
  const wrong: [string[], RegExp][] = [
    [['export'], /--out: /],
    [['export', '--out', 'x', '--data', nowhere], /--data: .*there is no such directory/],
    [['export', '--out', 'x', '--url', 'http://127.0.0.1:9'], /FORAGE_KEY: /],
    [['import', join(nowhere, 'x'), '--data', temporaryDirectory()], /file: .*\(ENOENT\)/],
    [['import', 'x', '--context', 'y'], /--context: .*open-bandit/],
    [['import', 'x', '--format', 'open-bandit'], /--context: .*name the context/],
    [['forget-visitor', ''], /visitor: /],
  ]
  for (const [argv, message] of wrong) {
    const { code, stderr } = await runCli(argv)
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
  }
})

test('a visitor is forgotten by the name that requests gave', async () => {
  const store = await openStore({ directory: from })
  const secret = await store.sharedSecret('visitor-hashes', '07'.repeat(32))
  const { events } = await store.events({ cursor: null, limit: 1000 })
  const event = events.at(-1)
  if (event === undefined) throw new Error('no events')
  const visitor = keyedHashes(Buffer.from(secret, 'hex')).visitor('user-4711')
  // Still open when the others have been counted.
  const laterMs = 3_600_000
  const slate = {
    ...event.slate,
    slateId: 'another-slate',
    visitor,
    issuedAtMs: event.slate.issuedAtMs + laterMs,
    closesAtMs: event.slate.closesAtMs + laterMs,
  }
  expect(await store.ingest([{ ...event, slate }])).toEqual(['accepted'])
  expect(await forgetVisitor(store, 'user-4712', 5)).toEqual({ events: 0 })
  await store.close()
  expect(await runCli(['forget-visitor', 'user-4711', '--data', from])).toMatchObject({
    code: 0,
    stdout: '1 events deleted\n',
  })
})

test('who has lost all keys makes one at the database', async () => {
  const { code, stdout, stderr } = await runCli(['make-key', '--name', 'ops', '--data', from])
  expect([code, stderr]).toEqual([0, expect.stringMatching(/shown this once/)])
  const store = await openStore({ directory: from })
  const [key] = await store.keys()
  const { entries } = await store.audit({ cursor: null, limit: 1 })
  await store.close()
  expect(key).toMatchObject({ kind: 'secret', name: 'ops', origins: [], endsAtMs: null })
  expect(stdout).toMatch(new RegExp(`^${key?.id}_[a-z0-9]{32}\\n$`))
  expect(JSON.stringify([key, entries])).not.toContain(stdout.trim().slice(14))
  expect(entries).toMatchObject([{ action: 'key-created', by: 'system', details: { name: 'ops' } }])
  for (const [flags, says] of [
    [['--name', 'optimizer', '--data', from], /--name: .*choose another/],
    [['--data', join(temporaryDirectory(), 'none')], /--data: .*there is no such directory/],
  ] as const) {
    const wrong = await runCli(['make-key', ...flags])
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringMatching(says) })
  }
})
