import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { openStore, type StorePlace } from '../../src/compose/store.ts'
import { randomStream } from '../../src/core/random.ts'
import { type Findings, heldLaws } from '../faults/laws.ts'
import { emptyLedger } from '../faults/ledger.ts'
import { type ServiceProcess, startService } from '../faults/service-process.ts'
import { visitOnce } from '../faults/shopper.ts'
import { until } from '../faults/until.ts'

export interface SoakOptions {
  readonly seed: number
  readonly minutes: number
  readonly place: StorePlace
  readonly contexts?: number
  readonly program?: 'build' | 'source'
  /** Told of each sample as it is taken. */
  readonly onSample?: (sample: MemorySample) => void
}

/** The node's memory at one time, in MB (10^6 bytes). */
export interface MemorySample {
  readonly seconds: number
  /** Null where the system does not tell. */
  readonly rssMb: number | null
  readonly heapMb: number
  /** Answers that clients got up to here. */
  readonly answers: number
}

export interface SoakResult extends Findings {
  readonly samples: readonly MemorySample[]
}

const SAMPLES = 20
const SHOPPERS = 4
/** Between two visits of one shopper: what is remembered of each visit has to fit into this process. */
const SHOPPER_PAUSE_MS = 10
const READER_PAUSE_MS = 50
const WINDOW_SECONDS = 5

/** One node under a steady mix: visits, slates that nobody looks at, and reads of everything that is managed. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { seed, minutes, place } = options
  const service = await startService({
    place,
    ...(options.program === undefined ? {} : { program: options.program }),
  })
  try {
    const key = service.secretKey() ?? ''
    const contexts = Array.from({ length: options.contexts ?? 20 }, (_, index) => `context-${index}`)
    for (const context of contexts) await createContext(service, key, context)
    for (const context of contexts) {
      await until('all pools are served', async () => {
        const slate = (await read(service, key, `/v1/contexts/${context}/slate`)) as { token: unknown }
        return slate.token !== null
      })
    }
    const ledger = emptyLedger()
    const shop = { urls: [service.url], key, contexts, ledger }
    const stopped = { is: false }
    const others = { answers: 0 }
    const random = (who: string) => randomStream(seed, 'soak', who)
    const load = [
      ...Array.from({ length: SHOPPERS }, async (_, index) => {
        const own = random(`shopper ${index}`)
        while (!stopped.is) {
          await visitOnce(shop, `v${own.integer(5000)}`, own)
          await pause(SHOPPER_PAUSE_MS)
        }
      }),
      (async () => {
        const own = random('passer-by')
        while (!stopped.is) {
          const context = contexts[own.integer(contexts.length)]
          await read(service, key, `/v1/contexts/${context}/slate?visitor=p${own.integer(5000)}`)
          others.answers++
        }
      })(),
      (async () => {
        const own = random('reader')
        while (!stopped.is) {
          await read(
            service,
            key,
            managedPath(contexts[own.integer(contexts.length)] as string, own.integer(11)),
          )
          others.answers++
          await pause(READER_PAUSE_MS)
        }
      })(),
    ]
    const running = Promise.all(load)
    const samples: MemorySample[] = []
    const startMs = performance.now()
    for (let number = 1; number <= SAMPLES; number++) {
      const atMs = (minutes * 60_000 * number) / SAMPLES
      await Promise.race([pause(Math.max(0, startMs + atMs - performance.now())), running])
      const sample = {
        seconds: (performance.now() - startMs) / 1000,
        rssMb: rssMb(service.pid()),
        heapMb: heapMb(await text(service, key, '/metrics')),
        answers: ledger.answered + others.answers,
      }
      samples.push(sample)
      options.onSample?.(sample)
    }
    stopped.is = true
    await running
    const closesMs = Math.max(...ledger.slates.map(({ closesAt }) => Date.parse(closesAt)))
    await until('all windows are over', () => Date.now() > closesMs)
    const code = await service.stop()
    if (code !== 0) ledger.odd.push(`the node ended with ${code}`)
    const store = await openStore(place)
    try {
      await store.countClosed(Date.now())
      return { ...(await heldLaws(store, ledger, [], [])), samples }
    } finally {
      await store.close()
    }
  } finally {
    await service.kill()
  }
}

/** Growth of memory over the second half: the median of the last quarter less that of the third, in MB. */
export function lateGrowthMb(samples: readonly MemorySample[], which: 'rssMb' | 'heapMb'): number | null {
  const quarter = Math.floor(samples.length / 4)
  const values = samples.map((sample) => sample[which])
  if (quarter === 0 || values.includes(null)) return null
  const median = (part: readonly (number | null)[]) =>
    (part as number[]).toSorted((a, b) => a - b)[Math.floor(part.length / 2)] as number
  return median(values.slice(-quarter)) - median(values.slice(-2 * quarter, -quarter))
}

function managedPath(context: string, which: number): string {
  const own = `/v1/contexts/${context}`
  const live = `${own}/arms/live`
  const paths = [
    ...[own, `${own}/arms`, `${own}/statistics`, `${own}/model-calls`, `${own}/spend`],
    ...[`${live}/items`, `${live}/versions`, `${live}/iterations`],
    ...['/v1/contexts', '/v1/audit', '/v1/keys'],
  ]
  return paths[which % paths.length] as string
}

async function createContext(service: ServiceProcess, key: string, context: string): Promise<void> {
  const wide = 1_000_000_000
  const response = await fetch(`${service.url}/v1/contexts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      key: context,
      topic: 'Vacuums',
      config: {
        due: { interactions: 100 },
        attributionWindowSeconds: WINDOW_SECONDS,
        caps: {
          slatesPerVisitor: wide,
          clickedSlatesPerVisitor: wide,
          slatesPerNetwork: wide,
          clickedSlatesPerNetwork: wide,
          clickMsMin: 0,
        },
      },
    }),
  })
  if (response.status !== 201) throw new Error(`no context: ${response.status} ${await response.text()}`)
}

async function read(service: ServiceProcess, key: string, path: string): Promise<unknown> {
  return JSON.parse(await text(service, key, path))
}

async function text({ url }: ServiceProcess, key: string, path: string): Promise<string> {
  const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } })
  const body = await response.text()
  if (!response.ok) throw new Error(`${path}: ${response.status} ${body}`)
  return body
}

function heapMb(metrics: string): number {
  const bytes = /^nodejs_heap_size_used_bytes(?:{[^}]*})? (\S+)$/m.exec(metrics)?.[1]
  if (bytes === undefined) throw new Error('/metrics does not tell nodejs_heap_size_used_bytes')
  return Number(bytes) / 1e6
}

function rssMb(pid: number): number | null {
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kib === undefined ? null : (Number(kib) * 1024) / 1e6
  } catch {
    return null
  }
}
