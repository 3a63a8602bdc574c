import { describe, expect, test } from 'vitest'
import { createContext, liveConfig, optimizerNode, visit } from '../../test/optimizer-fixture.ts'
import { grammarWriter } from '../adapters/writer/grammar.ts'
import type { ContextConfig, DueRule } from '../core/live/context-config.ts'
import type { LiveContext } from '../ports/store/contexts.ts'
import type { Writer, WriterRequest } from '../ports/writer.ts'
import { audit } from '../testing/store-conformance/fixture.ts'

const MAIN = liveConfig().arms.slice(0, 1)

/** Writes a first pool; then junk, until it is told to write again. */
function tired(): Writer & { isTired: boolean; asked: number } {
  const grammar = grammarWriter()
  const writer = {
    ...grammar,
    isTired: true,
    asked: 0,
    async write(request: WriterRequest, signal?: AbortSignal) {
      writer.asked++
      const answer = await grammar.write(request, signal)
      if (!writer.isTired || request.prompt.kind === 'seed') return answer
      return { ...answer, texts: answer.texts.map(() => ({ text: '<b>Vacuums?</b>' })) }
    },
  }
  return writer
}

/** A context with its first pool, and a writer that has nothing more to say. */
async function withFirstPool(config: Partial<ContextConfig> = {}) {
  const writer = tired()
  const node = optimizerNode({ writerOf: async () => writer })
  const context = await createContext(node.store, liveConfig({ arms: MAIN, ...config }))
  await node.optimizer.runDue()
  const arm = async () => {
    const [state] = await node.store.arms(context.id)
    if (state === undefined) throw new Error('no arm')
    return state
  }
  return { ...node, writer, context, arm }
}

async function visits(
  { store, clock }: Pick<ReturnType<typeof optimizerNode>, 'store' | 'clock'>,
  context: LiveContext,
  count: number,
  click?: (one: number) => string | undefined,
): Promise<void> {
  for (let one = 0; one < count; one++) {
    const clicked = click?.(one)
    await visit(store, context, clock.now(), clicked === undefined ? {} : { click: clicked })
  }
  await clock.advance(1000)
  await store.countClosed(clock.now())
}

test('where nothing is accepted the pool stays, and the iteration is on record with why and what it cost', async () => {
  const node = await withFirstPool()
  const { store, optimizer, writer, context, arm } = node
  const first = await arm()
  const spentBefore = await store.spend(context.id, 0)
  await visits(node, context, 20)
  await optimizer.runDue()
  expect(await arm()).toMatchObject({
    version: 1,
    iteration: 0,
    latestIteration: 1,
    poolIds: first.poolIds,
    interactionsSince: 0,
    failures: 0,
    lastIterationAtMs: node.clock.now(),
  })
  expect(await store.versions(context.id, 'live', { limit: 9 })).toHaveLength(1)
  const [record] = await store.iterations(context.id, 'live', { limit: 1 })
  expect(record).toMatchObject({
    iteration: 1,
    interactions: 20,
    born: [],
    left: [],
    poolKept: 'nothing-accepted',
  })
  expect(record?.refused.markup).toBeGreaterThan(0)
  expect(record?.requests.length).toBe(2 * context.config.writeAttemptsMax)
  expect((await store.spend(context.id, 0)).calls).toBeGreaterThan(spentBefore.calls)
  const { entries } = await store.audit({ cursor: null, limit: 1 })
  expect(entries[0]).toMatchObject({
    action: 'pool-kept',
    details: { iteration: 1, kept: 'nothing-accepted', refused: record?.refused },
  })
  expect(node.events.at(-1)).toMatchObject({
    kind: 'iteration-committed',
    version: 1,
    isPoolKept: true,
    born: 0,
  })

  // Not due again by the same visits; by as many more, with another number and other questions.
  const asked = writer.asked
  await optimizer.runDue()
  await visits(node, context, 19)
  await optimizer.runDue()
  expect(writer.asked).toBe(asked)
  writer.isTired = false
  await visits(node, context, 1)
  await optimizer.runDue()
  expect(await arm()).toMatchObject({ version: 2, iteration: 2, latestIteration: 2, interactionsSince: 0 })
  const [next] = await store.iterations(context.id, 'live', { limit: 1 })
  // Planned on all that its pool was visited.
  expect(next).toMatchObject({ iteration: 2, interactions: 40 })
  expect(next).not.toHaveProperty('poolKept')
  expect((await store.items(context.id, 'live')).slice(5).map(({ bornAt }) => bornAt)).toEqual([2, 2])
})

test.each<[string, DueRule]>([
  ['evidence', { evidence: 0.1 }],
  ['evidence and a schedule', { evidence: 0.1, everySeconds: 86_400 }],
])('%s that goes on telling the worst from the best does not ask at every visit', async (_, due) => {
  const node = await withFirstPool({ due })
  const { optimizer, writer, context, arm } = node
  const best = (await arm()).poolIds[0]
  await visits(node, context, 40, () => best)
  await optimizer.runDue()
  expect((await arm()).latestIteration).toBe(1)
  const asked = writer.asked
  for (let visit = 0; visit < 40; visit++) {
    await visits(node, context, 1, () => best)
    await optimizer.runDue()
  }
  expect(writer.asked).toBe(asked)
  await visits(node, context, 1, () => best)
  await optimizer.runDue()
  expect((await arm()).latestIteration).toBe(2)
  expect(writer.asked).toBe(2 * asked - 1)
})

test('a schedule counts on from the attempt, and needs another visit', async () => {
  const node = await withFirstPool({ due: { everySeconds: 3600 } })
  const { optimizer, clock, context, arm } = node
  await visits(node, context, 1)
  await clock.advance(3_600_000)
  await optimizer.runDue()
  expect((await arm()).latestIteration).toBe(1)
  await clock.advance(3_600_000)
  await optimizer.runDue()
  expect((await arm()).latestIteration).toBe(1)
  await visits(node, context, 1)
  await optimizer.runDue()
  expect((await arm()).latestIteration).toBe(2)
})

test('a run that a person asked for is done when nothing was accepted', async () => {
  const { store, optimizer, context, arm } = await withFirstPool()
  await store.requestRun(context.id, ['live'], audit())
  await optimizer.runDue()
  expect(await arm()).toMatchObject({ version: 1, latestIteration: 1, isRunRequested: false })
  expect(await optimizer.runDue()).toEqual({ arms: 0 })
})

describe('where nothing may leave', () => {
  test('nothing is asked, nothing is made, and the record says so', async () => {
    const node = await withFirstPool()
    const { store, optimizer, writer, context, arm } = node
    const { poolIds } = await arm()
    await store.commitPool({
      contextId: context.id,
      arm: 'live',
      fromVersion: 1,
      births: [],
      standings: poolIds.map((itemId) => ({ itemId, isPinned: true })),
      pool: null,
      by: 'person',
      nowMs: node.clock.now(),
      audit: [],
    })
    const asked = writer.asked
    await visits(node, context, 20)
    await optimizer.runDue()
    expect(writer.asked).toBe(asked)
    expect(await arm()).toMatchObject({ version: 1, latestIteration: 1, interactionsSince: 0 })
    expect((await store.iterations(context.id, 'live', { limit: 1 }))[0]).toMatchObject({
      poolKept: 'nothing-planned',
      requests: [],
    })
  })
})

test('a pool that is too large loses its worst also where nothing is accepted: that is a version', async () => {
  const node = await withFirstPool()
  const { store, optimizer, context, arm } = node
  await store.updateContext(context.key, { config: { ...context.config, poolSize: 4 } }, null, {
    atMs: 0,
    by: 'test',
    action: 'context-changed',
    contextKey: context.key,
    details: {},
  })
  await visits(node, context, 20)
  await optimizer.runDue()
  expect(await arm()).toMatchObject({ version: 2, iteration: 1 })
  expect((await arm()).poolIds).toHaveLength(4)
  expect((await store.iterations(context.id, 'live', { limit: 1 }))[0]).not.toHaveProperty('poolKept')
})
