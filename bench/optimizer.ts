import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LiveEvent } from '../src/core/live/slate-claims.ts'
import type { TaskDefinition } from '../src/core/task.ts'
import type { LiveContext } from '../src/ports/store/contexts.ts'
import type { Store } from '../src/ports/store/store.ts'
import type { Bench, BenchReport, CaseReport } from './harness/bench.ts'
import { fromBuild } from './harness/from-build.ts'
import { measuredForm } from './harness/rounds.ts'

/** What is measured: the build's modules, or the sources' in the test. */
export interface OptimizerModules {
  readonly optimizer: Pick<typeof import('../src/optimizer/optimizer.ts'), 'createOptimizer'>
  readonly config: Pick<typeof import('../src/core/live/context-config.ts'), 'DEFAULT_CONTEXT_CONFIG'>
  readonly grammar: Pick<typeof import('../src/adapters/writer/grammar.ts'), 'grammarWriter'>
  readonly clock: Pick<typeof import('../src/compose/system-clock.ts'), 'systemClock'>
}

export interface OptimizerSizes {
  readonly contexts: number
  /** Times that all contexts are due at once after their first pools. */
  readonly rounds: number
}

/** Makes a store in a directory that is there and empty. */
export type MakeStore = (directory: string) => Promise<Store>

const FULL: OptimizerSizes = { contexts: 1000, rounds: 3 }
const VISITS = 3
/** Arms under way at once. The grammar never waits, so more only queue at the store. */
const CONCURRENCY = 8

export const bench: Bench = {
  name: 'optimizer',
  question:
    'How many contexts a second does the optimizer rewrite when 1,000 are due at once and the writer takes no time? By the clock.',
  async run(log) {
    const modules: OptimizerModules = {
      optimizer: await fromBuild('optimizer/optimizer.js'),
      config: await fromBuild('core/live/context-config.js'),
      grammar: await fromBuild('adapters/writer/grammar.js'),
      clock: await fromBuild('compose/system-clock.js'),
    }
    const { memoryStore } =
      await fromBuild<typeof import('../src/adapters/store/memory.ts')>('adapters/store/memory.js')
    const { pgliteStore } =
      await fromBuild<typeof import('../src/adapters/store/pglite.ts')>('adapters/store/pglite.js')
    const stores: [string, MakeStore][] = [
      ['the store in memory', async () => memoryStore()],
      ['PGlite in a directory', (directory) => pgliteStore({ directory: join(directory, 'store') })],
    ]
    return runOptimizerBench(modules, FULL, stores, log)
  },
}

export async function runOptimizerBench(
  modules: OptimizerModules,
  sizes: OptimizerSizes,
  stores: readonly (readonly [string, MakeStore])[],
  log: (line: string) => void,
): Promise<BenchReport> {
  const cases: CaseReport[] = []
  const hash = createHash('sha256')
  for (const [name, make] of stores) {
    log(name)
    const directory = mkdtempSync(join(tmpdir(), 'forage-bench-'))
    const store = await make(directory)
    try {
      const { first, later, pools } = await timed(modules, sizes, store, log)
      hash.update(pools)
      cases.push({
        name: `${sizes.contexts} contexts due at once, ${name}, ${CONCURRENCY} arms at a time`,
        forms: [
          measuredForm('first pools, with the copy for the holdout', [first], 'contexts/s'),
          measuredForm('iterations', later, 'contexts/s'),
        ],
      })
    } finally {
      await store.close()
      rmSync(directory, { recursive: true, force: true })
    }
  }
  return {
    cases,
    claims: [],
    versions: {},
    resultHash: hash.digest('hex').slice(0, 16),
    notes: [
      'No target and no rival: with a language model the model decides. An iteration reads the arm, plans, writes by two prompts with the grammar, checks (near-duplicates by words only), keeps both answers, and commits.',
    ],
  }
}

async function timed(
  { optimizer: { createOptimizer }, config, grammar, clock }: OptimizerModules,
  { contexts, rounds }: OptimizerSizes,
  store: Store,
  log: (line: string) => void,
): Promise<{ first: number; later: number[]; pools: string }> {
  const task = JSON.parse(
    readFileSync(new URL('../data/tasks/shopping-question.json', import.meta.url), 'utf8'),
  ) as TaskDefinition
  await store.migrate()
  const made: LiveContext[] = []
  for (let number = 0; number < contexts; number++) {
    const { topic } = topicOf(number)
    const key = `c${number}`
    const given = { key, task: task.key, topic, seed: number }
    const audit = { atMs: 0, by: 'bench', action: 'context-created', contextKey: key, details: {} }
    const whole = { ...config.DEFAULT_CONTEXT_CONFIG, due: { interactions: VISITS } }
    made.push((await store.createContext({ ...given, config: whole }, audit)).context)
  }
  const writer = grammar.grammarWriter()
  const failures: string[] = []
  const optimizer = createOptimizer({
    store,
    writerOf: async () => writer,
    taskOf: async () => task,
    clock: clock.systemClock,
    node: 'bench',
    seed: 1,
    concurrency: CONCURRENCY,
    onEvent: (event) => {
      if (event.kind === 'iteration-failed') failures.push(event.message)
    },
  })
  const rateOf = async (arms: number) => {
    const start = performance.now()
    const done = await optimizer.runDue()
    const rate = contexts / ((performance.now() - start) / 1000)
    if (failures[0] !== undefined) throw new Error(failures[0])
    if (done.arms !== arms) throw new Error(`${done.arms} arms were run, not ${arms}`)
    return rate
  }
  log('  first pools')
  const first = await rateOf(2 * contexts)
  const later: number[] = []
  for (let round = 1; round <= rounds; round++) {
    await visitAll(store, made, round)
    log(`  iteration ${round}`)
    later.push(await rateOf(contexts))
  }
  const pools: string[] = []
  for (const { id } of made.slice(0, 50))
    pools.push(...(await store.items(id, 'live')).map(({ text }) => text))
  return { first, later, pools: pools.join('\n') }
}

/** A few counted visits to each context, so that all are due. */
async function visitAll(store: Store, contexts: readonly LiveContext[], round: number): Promise<void> {
  const issuedAtMs = Date.UTC(2026, 0, 1) + round * 60_000
  for (const { id } of contexts) {
    const arm = (await store.arms(id)).find((one) => one.arm === 'live')
    const itemIds = arm?.poolIds.slice(0, 3) ?? []
    const events = Array.from({ length: VISITS }, (_, visit): LiveEvent[] => {
      const slate = {
        slateId: `s${round}-${id}-${visit}`.padEnd(22, '0'),
        contextId: id,
        arm: 'live',
        version: arm?.version ?? 0,
        itemIds,
        policy: 'uniform' as const,
        isUniform: true,
        propensity: null,
        issuedAtMs,
        closesAtMs: issuedAtMs + 1000,
        visitor: `v${visit}`.padEnd(22, '0'),
      }
      const event = {
        slate,
        occurredAtMs: issuedAtMs,
        receivedAtMs: issuedAtMs,
        mark: 'none' as const,
        network: `n${visit}`.padEnd(22, '0'),
      }
      return [
        { ...event, eventId: 'i', kind: 'impression', position: -1 },
        { ...event, eventId: 'c', kind: 'click', position: visit % itemIds.length },
      ]
    }).flat()
    await store.ingest(events)
  }
  await store.countClosed(issuedAtMs + 30_000)
}

const FIRST = 'Garden,Kitchen,Travel,Winter,Office,Camping,Leather,Copper,Folding,Wooden'.split(',')
const SECOND = 'Hoses,Kettles,Lamps,Tables,Gloves,Clocks,Tents,Blankets,Mirrors,Baskets'.split(',')
const THIRD = 'Covers,Stands,Boxes,Filters,Cleaners,Sets,Hooks,Straps,Brushes,Racks'.split(',')

function topicOf(number: number): { readonly topic: string } {
  const word = (list: readonly string[], at: number) => list[at % list.length] as string
  const second = word(SECOND, Math.floor(number / 10)).replace(/s$/, '')
  return { topic: `${word(FIRST, number)} ${second} ${word(THIRD, Math.floor(number / 100))}` }
}
