import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bench, BenchReport, CaseReport, Claim } from './harness/bench.ts'
import { measuredForm, median } from './harness/rounds.ts'
import { filledDirectory } from './serve/contexts.ts'
import { BATCH, eventBatches, sendBatches, slateLoad } from './serve/load.ts'
import { type ServerProcess, serverProcess } from './serve/process.ts'

const CONTEXTS = [10, 10_000]
const ROUNDS = 7
const ROUND_SECONDS = 3
const WARM_SECONDS = 3
/** Batches over which it is measured how many events the node can take. */
const CAPACITY_BATCHES = 400
/** Of the requests a second of the bare endpoint. */
const SHARE_MIN = 0.6
const START_MS_MAX = 3000
const BARE = 'bare Hono endpoint, same size of answer'

interface NodeSaid {
  readonly port: number
  readonly startMs: number
  readonly contexts: number
}

export const bench: Bench = {
  name: 'serve',
  question:
    'How many slates a second does a node serve over HTTP at 32 connections, beside the least that Hono can do, while events come in at a tenth of what it can take?',
  async run(log) {
    const folder = mkdtempSync(join(tmpdir(), 'forage-bench-serve-'))
    const cases: CaseReport[] = []
    const claims: Claim[] = []
    const notes: string[] = []
    try {
      for (const contexts of CONTEXTS) {
        log(`${contexts} contexts: filling a database`)
        const directory = join(folder, String(contexts))
        const key = await filledDirectory(directory, contexts)
        const node = await serverProcess<NodeSaid>('./node.ts', [directory])
        try {
          await measured({ contexts, key, node, log, cases, claims, notes })
        } finally {
          await node.stop()
        }
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    return { cases, claims, notes, versions: {}, resultHash: 'none' } satisfies BenchReport
  },
}

interface Round {
  readonly perSecond: number
  readonly p99Ms: number
  readonly processorUs: number
}

async function measured(given: {
  readonly contexts: number
  readonly key: string
  readonly node: ServerProcess<NodeSaid>
  readonly log: (line: string) => void
  readonly cases: CaseReport[]
  readonly claims: Claim[]
  readonly notes: string[]
}): Promise<void> {
  const { contexts, key, node, log } = given
  const { port } = node.said
  const memory = node.residentMegabytes()
  const answer = await fetch(`http://127.0.0.1:${port}/v1/contexts/context-1/slate?size=3&visitor=v1`, {
    headers: { authorization: `Bearer ${key}` },
  })
  const bare = await serverProcess<{ port: number }>('./bare-server.ts', [
    String((await answer.text()).length),
  ])
  try {
    const slates = (seconds: number) => ({ contexts, key, seconds })
    await slateLoad(bare.said.port, slates(WARM_SECONDS))
    await slateLoad(port, slates(WARM_SECONDS))
    const batches = (count: number) => eventBatches(port, { contexts, key, count })
    // The first ones warm up.
    await sendBatches(port, await batches(CAPACITY_BATCHES / 4), { key, together: 4 })
    const capacity = await sendBatches(port, await batches(CAPACITY_BATCHES), { key, together: 4 })
    log(`${contexts} contexts: ${Math.round(capacity)} events a second at most`)
    const rounds = { bare: [] as Round[], alone: [] as Round[], busy: [] as Round[] }
    for (let round = 0; round < ROUNDS; round++) {
      rounds.bare.push(await oneRound(bare, bare.said.port, slates(ROUND_SECONDS)))
      rounds.alone.push(await oneRound(node, port, slates(ROUND_SECONDS)))
      const perSecond = capacity / 10
      const bodies = await batches(Math.ceil((perSecond * ROUND_SECONDS) / BATCH))
      const events = sendBatches(port, bodies, { key, perSecond, together: 4 })
      rounds.busy.push(await oneRound(node, port, slates(ROUND_SECONDS)))
      await events
      log(
        `round ${round + 1} of ${ROUNDS}: ${[rounds.bare, rounds.alone, rounds.busy].map((one) => Math.round(one.at(-1)?.perSecond ?? 0)).join(', ')} a second`,
      )
    }
    report(given, rounds, memory)
  } finally {
    await bare.stop()
  }
}

async function oneRound(
  server: ServerProcess<unknown>,
  port: number,
  options: { contexts: number; key: string; seconds: number },
): Promise<Round> {
  const before = server.processorMs()
  const { requestsPerSecond, p99Ms } = await slateLoad(port, options)
  const processorUs = ((server.processorMs() - before) * 1000) / (requestsPerSecond * options.seconds)
  return { perSecond: requestsPerSecond, p99Ms, processorUs }
}

function report(
  { contexts, node, cases, claims, notes }: Parameters<typeof measured>[0],
  { bare, alone, busy }: Readonly<Record<'bare' | 'alone' | 'busy', readonly Round[]>>,
  memoryMegabytes: number,
): void {
  const named = contexts.toLocaleString('en-US')
  const forms: [string, readonly Round[], boolean][] = [
    [BARE, bare, true],
    ['forage', alone, false],
    ['forage, events coming in', busy, false],
  ]
  const kinds: [string, string, (round: Round) => number][] = [
    ['requests a second', '/s', ({ perSecond }) => perSecond],
    ['p99', 'ms', ({ p99Ms }) => p99Ms],
    ['processor time of the server a request', 'us', ({ processorUs }) => processorUs],
  ]
  for (const [kind, unit, of] of kinds) {
    cases.push({
      name: `${named} contexts: ${kind}`,
      forms: forms.map(([name, rounds, isRival]) => measuredForm(name, rounds.map(of), unit, isRival)),
    })
  }
  cases.push({
    name: `${named} contexts: the node before any request`,
    forms: [
      measuredForm('start, the database is there', [node.said.startMs], 'ms', false),
      measuredForm('resident memory', [memoryMegabytes], 'MB', false),
    ],
  })
  for (const [what, rounds] of [
    ['alone', alone],
    ['events coming in at a tenth of capacity', busy],
  ] as const) {
    const ratios = rounds.map(({ perSecond }, index) => perSecond / (bare[index]?.perSecond as number))
    claims.push({
      text: `${named} contexts, ${what}: requests a second over those of the bare endpoint`,
      wanted: SHARE_MIN,
      got: median(ratios),
      spread: [Math.min(...ratios), Math.max(...ratios)],
    })
  }
  claims.push({
    text: `${named} contexts: milliseconds from start to listening`,
    wanted: START_MS_MAX,
    atMost: true,
    got: node.said.startMs,
  })
  if (contexts === CONTEXTS[0]) {
    notes.push(
      'One machine runs server, database thread, wrk and the sender of events. wrk has one thread and 32 connections; visitors differ, contexts are drawn at random.',
    )
  }
}
