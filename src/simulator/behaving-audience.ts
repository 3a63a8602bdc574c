import type { SlateOutcome } from '../core/evidence.ts'
import { type PoolState, poolItems } from '../core/item-pool.ts'
import type { AudienceBehaviour } from '../core/persona.ts'
import { type Random, randomStream } from '../core/random.ts'
import { behavingVisits } from './behaving-visits.ts'
import { botTargets } from './bot-targets.ts'
import type { People } from './people.ts'
import { slateOutcomes } from './slate-counts.ts'
import type { VisitPlan } from './visit-plan.ts'

/** What stays of one context's visitors from one iteration to the next. */
interface Memory {
  readonly people: People
  lastIteration: number
  /** Clicked visits that have not been reported, by the iteration in which they will be. */
  readonly late: Map<number, SlateOutcome[]>
}

/**
 * Visitors with a memory, by context. A visit to an iteration that does not come after the last one begins anew:
 * with other people, who have seen nothing. An audience therefore serves one run of a context at a time.
 */
export class BehavingVisitors {
  private readonly behaviour: AudienceBehaviour
  private readonly memories = new Map<string, Memory>()

  constructor(behaviour: AudienceBehaviour) {
    this.behaviour = behaviour
  }

  /**
   * Visits of one iteration: what is known at once, and the late clicks of earlier iterations whose time has come.
   *
   * @param plan its `weights` are not looked at
   * @param shares each persona's at this iteration
   */
  visit(
    plan: Omit<VisitPlan, 'weights'>,
    shares: Float64Array,
    state: PoolState,
    random: Random,
  ): SlateOutcome[] {
    const { behaviour } = this
    const items = poolItems(state)
    const itemIds = items.map(({ id }) => id)
    const memory = this.memoryOf(state, random)
    const rows = behavingVisits(
      {
        ...plan,
        behaviour,
        shares,
        people: memory.people,
        itemIds,
        itemKeys: Int32Array.from(items, ({ text }) => textKey(memory.people.seed, text)),
        botTargets: botTargets(items, behaviour),
      },
      random,
    )
    for (const [delay, counts] of rows) {
      const due = state.iteration + delay
      const outcomes = slateOutcomes(counts, itemIds, state.iteration)
      memory.late.set(due, [...(memory.late.get(due) ?? []), ...outcomes])
    }
    return dueOutcomes(memory, state.iteration)
  }

  /** Late clicks whose time has come, where there is no item to show. */
  withoutItems(state: PoolState, random: Random): SlateOutcome[] {
    return dueOutcomes(this.memoryOf(state, random), state.iteration)
  }

  private memoryOf({ context, iteration }: PoolState, random: Random): Memory {
    const known = this.memories.get(context.key)
    if (known !== undefined && iteration > known.lastIteration) {
      known.lastIteration = iteration
      return known
    }
    const people = { seed: random.next32(), offset: random.uniform(), seen: new Map() }
    const memory: Memory = { people, lastIteration: iteration, late: new Map() }
    this.memories.set(context.key, memory)
    return memory
  }
}

function dueOutcomes({ late }: Memory, iteration: number): SlateOutcome[] {
  const due = [...late.keys()].filter((when) => when <= iteration).sort((a, b) => a - b)
  const outcomes = due.flatMap((when) => late.get(when) ?? [])
  for (const when of due) late.delete(when)
  return outcomes
}

/** A text has the same key in each run with the same people, whatever place it stands at. */
function textKey(seed: number, text: string): number {
  return randomStream(seed, 'taste', text).next32()
}
