import fc from 'fast-check'
import { expect, test } from 'vitest'
import { memoryStore } from '../../adapters/store/memory.ts'
import { DEFAULT_CONTEXT_CONFIG } from '../../core/live/context-config.ts'
import { loadTask } from '../../lab/task-file.ts'
import { Problem } from '../problem.ts'
import { changePool, type PoolPlan, type PoolView } from './pool-change.ts'
import { planItemChange } from './stand-items.ts'
import { planEdit, planImport, planRollback } from './write-items.ts'

const WORDS = [
  'loud',
  'heavy',
  'cheap',
  'red',
  'small',
  'new',
  'safe',
  'warm',
  'thin',
  'quick',
  'soft',
  'round',
]
const text = fc
  .tuple(fc.constantFrom(...WORDS), fc.nat(9))
  .map(([word, number]) => `Is it ${word} ${number}?`)
const item = fc.nat(20).map((number) => `i${number}`)
const place = fc.constantFrom('free' as const, 'worst' as const, 'all' as const)
const standing = fc.constantFrom('approved' as const, 'banned' as const, 'rejected' as const)

type Action =
  | { readonly kind: 'import'; readonly texts: string[]; readonly place: 'free' | 'worst' | 'all' }
  | { readonly kind: 'stand'; readonly id: string; readonly standing: 'approved' | 'banned' | 'rejected' }
  | { readonly kind: 'pin'; readonly id: string; readonly isPinned: boolean }
  | { readonly kind: 'edit'; readonly id: string; readonly text: string }
  | { readonly kind: 'rollback'; readonly version: number }

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    kind: fc.constant('import' as const),
    texts: fc.array(text, { minLength: 1, maxLength: 6 }),
    place,
  }),
  fc.record({ kind: fc.constant('stand' as const), id: item, standing }),
  fc.record({ kind: fc.constant('pin' as const), id: item, isPinned: fc.boolean() }),
  fc.record({ kind: fc.constant('edit' as const), id: item, text }),
  fc.record({ kind: fc.constant('rollback' as const), version: fc.integer({ min: 1, max: 12 }) }),
)

const { task } = await loadTask('shopping-question')

test('whatever people do, one after another or at once, a pool is legal and nothing is lost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(action, { minLength: 1, maxLength: 3 }), { maxLength: 12 }),
      async (rounds) => {
        const store = memoryStore()
        const audit = (name: string, details: object) => ({
          atMs: 0,
          by: 'test',
          action: name,
          contextKey: 'c',
          details: { ...details },
        })
        const { context } = await store.createContext(
          { key: 'c', task: task.key, topic: 'Vacuums', config: DEFAULT_CONTEXT_CONFIG, seed: 1 },
          audit('context-created', {}),
        )
        const plan = async (one: Action): Promise<(view: PoolView) => PoolPlan> => {
          if (one.kind === 'rollback') {
            const wanted = await store.version(context.id, 'live', one.version)
            return (view) => planRollback(view, one.version, wanted?.itemIds ?? [])
          }
          return (view) => {
            switch (one.kind) {
              case 'import':
                return planImport(view, one.texts, { place: one.place, checks: 'safety', task })
              case 'edit':
                return planEdit(view, one.id, one.text, { place: 'worst', checks: 'safety', task })
              case 'pin':
                return planItemChange(view, one.id, { isPinned: one.isPinned, place: 'worst' })
              case 'stand':
                return planItemChange(view, one.id, { standing: one.standing, place: 'worst' })
            }
          }
        }
        const perform = async (one: Action) => {
          const planned = await plan(one)
          const who = { by: 'test', nowMs: 0, audit }
          await changePool(store, { context: 'c', arm: 'live' }, who, planned).catch((failure: unknown) => {
            if (!(failure instanceof Problem) && (failure as { code?: string }).code !== 'bad-input')
              throw failure
          })
        }
        let texts = new Map<string, string>()
        for (const round of rounds) {
          await Promise.all(round.map(perform))
          const state = (await store.arms(context.id)).find(({ arm }) => arm === 'live')
          const items = await store.items(context.id, 'live')
          const standings = new Map(items.map((one) => [one.id, one.standing]))
          const poolIds = state?.poolIds ?? []
          expect(new Set(poolIds).size).toBe(poolIds.length)
          expect(poolIds.length).toBeLessThanOrEqual(DEFAULT_CONTEXT_CONFIG.poolSize)
          for (const id of poolIds) expect(standings.get(id)).toBe('approved')
          for (const { id, isPinned } of items) if (isPinned) expect(poolIds).toContain(id)
          expect(items.map(({ id }) => id)).toEqual(items.map((_, index) => `i${index}`))
          for (const [id, was] of texts) expect(items.find((one) => one.id === id)?.text).toBe(was)
          texts = new Map(items.map((one) => [one.id, one.text]))
          const versions = await store.versions(context.id, 'live', { limit: 1000 })
          expect(versions.map(({ version }) => version)).toEqual(
            versions.map((_, index) => versions.length - index),
          )
        }
      },
    ),
    { seed: 3, numRuns: 150 },
  )
})
