import { markupIn } from '../../core/checks/markup.ts'
import { InputError } from '../../core/errors.ts'
import type { ApiKey } from '../../ports/store/access.ts'
import { newContextSchema } from '../contract/contexts.ts'
import { unknownContext } from '../control/context-lookup.ts'
import { newContext } from '../control/new-context.ts'
import type { ServiceDependencies } from '../dependencies.ts'
import { limited } from '../limited.ts'
import { inputProblem, Problem } from '../problem.ts'
import type { ServedContext } from '../serving/served-context.ts'
import type { SlateQuery } from './slate-query.ts'

const MINUTE_MS = 60_000
const SEED_BOUND = 2 ** 31

/** Makes contexts that are asked for and not there, where the key allows it. */
export interface ContextsOnTheFly {
  /**
   * The context, made now or by somebody else meanwhile. Many who ask at once make it once.
   *
   * @throws Problem `context-unknown` where the key may not make it or no topic was given, `bad-input`, `rate-limited`
   */
  make(contextKey: string, query: SlateQuery, key: ApiKey): Promise<ServedContext>
}

export function contextsOnTheFly(dependencies: ServiceDependencies): ContextsOnTheFly {
  const { store, serving, clock, random, tasks, names, counters, config } = dependencies
  const underWay = new Map<string, Promise<ServedContext>>()
  let minute = 0
  let madeInMinute = 0

  const checkRate = (nowMs: number) => {
    const now = Math.floor(nowMs / MINUTE_MS)
    if (now !== minute) {
      minute = now
      madeInMinute = 0
    }
    if (madeInMinute >= config.createdContextsPerMinute) throw limited((now + 1) * MINUTE_MS - nowMs)
    madeInMinute++
  }

  const made = async (
    contextKey: string,
    { task, topic }: SlateQuery,
    key: ApiKey,
  ): Promise<ServedContext> => {
    const read = newContextSchema.safeParse({
      key: contextKey,
      topic,
      ...(task === undefined ? {} : { task }),
    })
    if (!read.success) throw inputProblem(read.error, 'query')
    // Whoever sees a page has its key: an address in a topic that a visitor made up would be named in texts.
    const what = markupIn(read.data.topic, '')
    if (what !== null) {
      const advice = `it holds ${what}; a context about that has to be made with a secret key`
      throw new InputError('topic', read.data.topic, advice)
    }
    const nowMs = clock.now()
    checkRate(nowMs)
    const { items: _, seed: __, ...wanted } = read.data
    const context = await newContext({ ...wanted, seed: random.integer(SEED_BOUND) }, tasks, names)
    const result = await store.createContext(context, {
      atMs: nowMs,
      by: key.name,
      action: 'context-created',
      contextKey,
      details: { task: context.task, topic: context.topic, onTheFly: true, apiKey: key.id },
    })
    if (result.kind === 'created') {
      counters.createdContexts++
      serving.put({ context: result.context, arms: [] })
    } else await serving.refresh()
    const served = serving.byId(result.context.id)
    // Removed again before it could be shown.
    if (served === undefined) throw unknownContext(contextKey)
    return served
  }

  return {
    make(contextKey, query, key) {
      if (!key.mayCreateContexts) throw unknownContext(contextKey)
      if (query.topic === undefined) {
        throw new Problem(
          'context-unknown',
          'There is no such context yet. To make it with this request, give its topic too: &topic=Vacuums',
          { field: 'topic' },
        )
      }
      const there = underWay.get(contextKey)
      if (there !== undefined) return there
      const making = made(contextKey, query, key).finally(() => underWay.delete(contextKey))
      underWay.set(contextKey, making)
      return making
    },
  }
}
