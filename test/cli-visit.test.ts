import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { grammarWriter } from '../src/adapters/writer/grammar.ts'
import type { CliIo } from '../src/cli/io.ts'
import { statisticsCommand } from '../src/cli/statistics.ts'
import type { StatisticsFlags } from '../src/cli/statistics-flags.ts'
import { type VisitWorld, visitCommand } from '../src/cli/visit.ts'
import type { VisitFlags } from '../src/cli/visit-request.ts'
import { createOptimizer, type Optimizer } from '../src/optimizer/optimizer.ts'
import { type Managing, managing } from '../src/testing/managing.ts'
import { TEST_START_MS } from '../src/testing/service-under-test.ts'
import { runCli } from './cli-runner.ts'
import { SHOPPING } from './optimizer-fixture.ts'

let service: Managing
let optimizer: Optimizer
let world: VisitWorld
let stdout: string
let stderr: string

beforeEach(async () => {
  // The client's clock is the service's, or its events would be taken for impossible ones.
  vi.useFakeTimers({ now: TEST_START_MS, toFake: ['Date'] })
  service = await managing()
  const writer = grammarWriter()
  optimizer = createOptimizer({
    store: service.store,
    writerOf: async () => writer,
    taskOf: async (key) => (key === SHOPPING.key ? SHOPPING : undefined),
    clock: service.dependencies.clock,
    node: 'n1',
    seed: 1,
  })
  stdout = ''
  stderr = ''
  world = {
    fetch: async (input, init) => service.app.request(String(input), init),
    // While the visitors wait, the service's own time goes on.
    async wait(ms) {
      await service.clock.advance(ms)
      vi.setSystemTime(service.clock.now())
      await service.store.countClosed(service.clock.now())
      await optimizer.runDue()
      await service.dependencies.serving.refresh()
    },
  }
})
afterEach(async () => {
  await optimizer.stop()
  vi.useRealTimers()
})

const io = (): CliIo => ({
  stdout: { write: (text) => (stdout += text) },
  stderr: { write: (text) => (stderr += text) },
  stdin: (async function* () {})(),
  env: {},
  signal: new AbortController().signal,
  now: () => service.clock.now(),
})

const visit = (flags: VisitFlags) =>
  visitCommand(
    { key: service.secretKey, url: 'http://forage.test', scorer: 'words', interactions: '200', ...flags },
    io(),
    world,
  )

test('makes a context, visits it until it was rewritten so often, and tells what the service counted', async () => {
  await visit({ context: 'vacuums', topic: 'Vacuums', iterations: '4', json: true })
  const { arms, comparisons } = JSON.parse(stdout)
  const [live, holdout] = arms
  expect(live.iterations.map(({ iteration }: { iteration: number }) => iteration)).toEqual([0, 1, 2, 3, 4])
  for (const { slates } of live.iterations) expect(slates).toBeGreaterThan(180)
  expect(holdout.iterations).toHaveLength(1)
  expect(live.leftOut).toEqual({})
  expect(live.ctr).toBeGreaterThan(holdout.ctr)
  expect(comparisons[0]).toMatchObject({ arm: 'live', against: 'holdout', isHoldout: true })
  expect(stderr).toContain('Pool of iteration 4: live ')
})

test('a context that is there is visited as it is, and the end is a table', async () => {
  await visit({ context: 'vacuums', topic: 'Vacuums', iterations: '1' })
  stdout = ''
  await visit({ context: 'vacuums', iterations: '1', seed: '2' })
  expect(stdout).toMatch(/│\s+0 │\s+[\d,]+ │\s+[\d.]+ % │/)
  expect(stdout).toMatch(/^live: [\d.]+ % of [\d,]+ visits clicked/m)
  expect(stdout).toContain('Lift over holdout: ')
})

test('statistics tell of a context that was visited', async () => {
  await visit({ context: 'vacuums', topic: 'Vacuums', iterations: '1', seed: '2' })
  const tell = async (flags: StatisticsFlags) => {
    stdout = ''
    const given = { key: service.secretKey, url: 'http://forage.test', ...flags }
    await statisticsCommand(given, io(), world.fetch)
    return stdout
  }
  const text = await tell({ context: 'vacuums' })
  expect(text).toMatch(/^vacuums at 20/)
  expect(text).toMatch(/^live: [\d.]+ % of [\d,]+ visits clicked \([\d,]+ visitors; /m)
  expect(text).toContain('live: items, best first')
  expect(text).toContain('live: pools by iteration')
  expect((await tell({ context: 'vacuums', all: true })).length).toBeGreaterThan(text.length)
  const { arms } = JSON.parse(await tell({ context: 'vacuums', json: true }))
  expect(arms[0]).toMatchObject({ arm: 'live', clickingVisitors: expect.any(Number) })
  await expect(tell({ context: 'other' })).rejects.toMatchObject({ code: 'service-refused' })
  await expect(tell({})).rejects.toMatchObject({ field: '--context' })
  await expect(tell({ context: 'vacuums', key: 'fk_pub_x' })).rejects.toMatchObject({ field: '--key' })
})

test('what cannot be visited is said at once', async () => {
  await expect(visit({ context: 'nowhere' })).rejects.toMatchObject({ field: '--topic' })
  await service.context('slow', ['a b?', 'c d?', 'e f?'])
  await expect(visit({ context: 'slow' })).rejects.toThrow('for 1800 seconds')
  await expect(visit({ context: 'x', topic: 'X', key: 'fk_sec_aaaaaa_wrong' })).rejects.toMatchObject({
    code: 'service-refused',
  })
  world = { ...world, fetch: () => Promise.reject(new TypeError('fetch failed')) }
  await expect(visit({ context: 'x', topic: 'X' })).rejects.toMatchObject({ code: 'service-unreachable' })
})

test.each([
  [['--context', 'x'], '--key: nothing given'],
  [['--context', 'x', '--key', 'fk_pub_abcdef_private'], '--key: "fk_pub_..."'],
  [['--key', 'fk_sec_abcdef_x'], '--context'],
  [['--context', 'x', '--key', 'fk_sec_abcdef_x', '--url', 'localhost:8787'], '--url'],
  [['--context', 'x', '--key', 'fk_sec_abcdef_x', '--holdout', '1.5'], '--holdout'],
  [['--context', 'x', '--key', 'fk_sec_abcdef_x', '--iterations', '0'], '--iterations'],
  [['--context', 'x', '--key', 'fk_sec_abcdef_x', '--audience', 'prize'], 'did you mean price?'],
])('wrong flags %j', async (flags, message) => {
  const { code, stderr: said } = await runCli(['visit', ...flags])
  expect(code).toBe(2)
  expect(said).toContain(message)
  expect(said).not.toContain('private')
})
