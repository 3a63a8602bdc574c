import { readFileSync } from 'node:fs'
import type { StorePlace } from '../../src/compose/store.ts'
import type { PaidProvider } from '../../test/faults/paid-provider.ts'
import { type ServiceProcess, startService } from '../../test/faults/service-process.ts'
import { until } from '../../test/faults/until.ts'

export interface NodeMeasured {
  readonly startMb: number
  readonly servingMb: number
  readonly eventsPerSecond: number
}

const SLATES_AT_ONCE = 32
const BATCHES_AT_ONCE = 8
const BATCH = 100

/** A node over a database that has contexts `context-1`, ...: its memory, and the events it takes. */
export async function measuredNode(
  place: StorePlace,
  contexts: number,
  { slates, program }: { readonly slates: number; readonly program: 'build' | 'source' },
): Promise<NodeMeasured> {
  const node = await startService({ place, program, env: { FORAGE_RATE_LIMITS: 'off' } })
  try {
    const startMb = residentMb(node)
    const ask = asking(node)
    const tokens: string[] = []
    await timedMs(slates, SLATES_AT_ONCE, async (number) => {
      const path = `/v1/contexts/context-${(number % contexts) + 1}/slate?visitor=v${number}`
      tokens.push(((await ask(path)) as { token: string }).token)
    })
    const events = tokens.map((token) => ({ id: '1', type: 'impression', token }))
    const batches = Math.ceil(events.length / BATCH)
    const eventsMs = await timedMs(batches, BATCHES_AT_ONCE, async (number) => {
      await ask('/v1/events', events.slice(number * BATCH, (number + 1) * BATCH))
    })
    return {
      startMb,
      servingMb: residentMb(node),
      eventsPerSecond: (events.length / eventsMs) * 1000,
    }
  } finally {
    await node.stop()
  }
}

/** Iterations of one context that are run one after the other: what the model is asked. */
export async function measuredIterations(
  place: StorePlace,
  provider: PaidProvider,
  iterations: number,
  program: 'build' | 'source',
): Promise<{ first: number; questions: number[]; characters: number[] }> {
  const node = await startService({
    place,
    program,
    writer: 'openai-compatible:paid',
    env: { FORAGE_OPENAI_COMPATIBLE_URL: provider.baseUrl, FORAGE_RATE_LIMITS: 'off' },
  })
  try {
    const ask = asking(node)
    const latest = async () => {
      const { arms } = (await ask('/v1/contexts/sizing/arms')) as {
        arms: { arm: string; lastIterationAt: string | null; isRunRequested: boolean }[]
      }
      return arms.find(({ arm }) => arm === 'live')
    }
    await ask('/v1/contexts', { key: 'sizing', topic: 'Vacuums', seed: 1 })
    await until('the first pool is there', async () => (await latest())?.lastIterationAt != null)
    const first = provider.asks.length
    const questions: number[] = []
    for (let number = 0; number < iterations; number++) {
      const before = provider.asks.length
      const at = (await latest())?.lastIterationAt
      await ask('/v1/contexts/sizing/run', {})
      await until('the iteration is done', async () => {
        const live = await latest()
        return live?.isRunRequested === false && live.lastIterationAt !== at
      })
      questions.push(provider.asks.length - before)
    }
    return {
      first,
      questions,
      characters: provider.asks.slice(first).map(({ promptCharacters }) => promptCharacters),
    }
  } finally {
    await node.stop()
  }
}

function asking(node: ServiceProcess): (path: string, body?: unknown) => Promise<unknown> {
  const headers = { authorization: `Bearer ${node.secretKey()}`, 'content-type': 'application/json' }
  return async (path, body) => {
    const answer = await fetch(`${node.url}${path}`, {
      headers,
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
}

/** @returns how long all of it took */
async function timedMs(
  count: number,
  atOnce: number,
  work: (number: number) => Promise<void>,
): Promise<number> {
  const start = performance.now()
  let number = 0
  const worker = async () => {
    while (number < count) await work(number++)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return performance.now() - start
}

/** Resident set of the process; Linux only. */
function residentMb(node: ServiceProcess): number {
  const kb = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${node.pid()}/status`, 'utf8'))?.[1]
  return (Number(kb) * 1024) / 1e6
}
