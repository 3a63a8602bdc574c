import { readFileSync } from 'node:fs'
import { memoryStore } from '../src/adapters/store/memory.ts'
import { grammarWriter } from '../src/adapters/writer/grammar.ts'
import { type ContextConfig, DEFAULT_CONTEXT_CONFIG } from '../src/core/live/context-config.ts'
import type { LiveEvent } from '../src/core/live/slate-claims.ts'
import type { TaskDefinition } from '../src/core/task.ts'
import { createOptimizer, type OptimizerEvent, type OptimizerOptions } from '../src/optimizer/optimizer.ts'
import type { LiveContext } from '../src/ports/store/contexts.ts'
import type { Store } from '../src/ports/store/store.ts'
import { testClock } from '../src/testing/test-clock.ts'

/** A Tuesday morning. */
export const START_MS = Date.UTC(2026, 10, 24, 9)

export const SHOPPING: TaskDefinition = JSON.parse(
  readFileSync(new URL('../data/tasks/shopping-question.json', import.meta.url), 'utf8'),
)

export function liveConfig(changes: Partial<ContextConfig> = {}): ContextConfig {
  return { ...DEFAULT_CONTEXT_CONFIG, due: { interactions: 20 }, ...changes }
}

/** One node with the memory store, the grammar and a clock that stands still. */
export function optimizerNode(
  options: Partial<Omit<OptimizerOptions, 'store'>> & { readonly store?: Store } = {},
) {
  const store = options.store ?? memoryStore()
  const clock = testClock(START_MS)
  const events: OptimizerEvent[] = []
  const writer = grammarWriter()
  const optimizer = createOptimizer({
    store,
    writerOf: async () => writer,
    taskOf: async (key) => (key === SHOPPING.key ? SHOPPING : undefined),
    clock,
    node: 'n1',
    seed: 1,
    onEvent: (event) => events.push(event),
    ...options,
  })
  const kinds = () => events.map(({ kind }) => kind)
  return { store, clock, events, kinds, optimizer }
}

export async function createContext(
  store: Store,
  config: ContextConfig,
  topic = 'Vacuums',
  key = topic.toLowerCase(),
): Promise<LiveContext> {
  const audit = { atMs: START_MS, by: 'test', action: 'context-created', contextKey: key, details: {} }
  const given = { key, task: SHOPPING.key, topic, config, seed: 7 }
  return (await store.createContext(given, audit)).context
}

let slates = 0

/** One counted visit: a slate of the arm's pool with a click or none. */
export async function visit(
  store: Store,
  context: LiveContext,
  nowMs: number,
  given: {
    readonly arm?: string
    readonly click?: string
    readonly visitor?: string
    readonly network?: string
    readonly items?: readonly string[]
  } = {},
): Promise<void> {
  const { arm = 'live', click, visitor = `v${slates}`, network = `n-${visitor}` } = given
  const state = (await store.arms(context.id)).find((one) => one.arm === arm)
  if (state === undefined) throw new Error(`no arm ${arm}`)
  const itemIds = given.items ?? state.poolIds.slice(0, context.config.slateSize)
  const slateId = `s${slates++}`
  const event = (kind: LiveEvent['kind'], position: number): LiveEvent => ({
    eventId: `${kind}-${position}`,
    slate: {
      slateId,
      contextId: context.id,
      arm,
      version: state.version,
      itemIds,
      policy: 'uniform',
      isUniform: true,
      propensity: null,
      issuedAtMs: nowMs,
      closesAtMs: nowMs + 1,
      visitor,
    },
    kind,
    position,
    occurredAtMs: nowMs,
    receivedAtMs: nowMs,
    mark: 'none',
    network,
  })
  const events = [event('impression', -1)]
  if (click !== undefined) events.push(event('click', itemIds.indexOf(click)))
  await store.ingest(events)
}
