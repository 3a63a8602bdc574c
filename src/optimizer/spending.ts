import { ForageError } from '../core/errors.ts'
import {
  type Amount,
  type BudgetRefusal,
  type BudgetSpend,
  budgetRefusal,
  endsWithTheDay,
} from '../core/live/budget.ts'
import type { Budget } from '../core/live/context-config.ts'
import type { Clock } from '../ports/clock.ts'
import type { OptimizerStore } from './optimizer-options.ts'
import { turns } from './turns.ts'

const DAY_MS = 86_400_000

/** A request would pass a budget; nothing was asked. */
export class OverBudgetError extends ForageError {
  /** True when the limit ends by itself with the UTC day. */
  readonly endsWithTheDay: boolean

  constructor(whose: string, refusal: BudgetRefusal) {
    const code = refusal.why === 'unpriced' ? 'price-unknown' : 'over-budget'
    super(code, messageOf(whose, refusal))
    this.endsWithTheDay = refusal.why === 'over' && endsWithTheDay(refusal.limit)
  }
}

/** Holds requests to writers against the budgets of a context and of all contexts. */
export interface Spending {
  /**
   * Sets the most that a request can take aside until it is called off.
   *
   * @returns gives it back, once the answer is kept or the request has failed
   * @throws OverBudgetError
   */
  admit(context: { readonly id: number; readonly budget: Budget }, next: Amount): Promise<() => void>
}

/**
 * One a node: what its requests under way may take counts as spent. What other nodes have under way is not known, so
 * several nodes together can pass the budget of all contexts by one request each that they have under way.
 */
export function spending(
  store: Pick<OptimizerStore, 'spend' | 'budget'>,
  clock: Pick<Clock, 'now'>,
): Spending {
  const underWay = new Set<{ readonly contextId: number; readonly amount: Amount }>()
  // One after the other: two that look at the same time would both find room for one.
  const oneAtATime = turns(1)

  async function spent(contextId: number | null, budget: Budget): Promise<BudgetSpend> {
    const aside = [...underWay].filter((one) => contextId === null || one.contextId === contextId)
    const startOfDay = Math.floor(clock.now() / DAY_MS) * DAY_MS
    const today = budget.callsPerDay !== null || budget.tokensPerDay !== null || budget.usdPerDay !== null
    const inAll = budget.calls !== null || budget.tokens !== null || budget.usd !== null
    const none = { calls: 0, tokens: 0, costUsd: 0 }
    return {
      today: sum(today ? await store.spend(contextId, startOfDay) : none, aside),
      inAll: sum(inAll ? await store.spend(contextId, 0) : none, aside),
    }
  }

  return {
    async admit({ id, budget }, next) {
      const leave = await oneAtATime.enter()
      try {
        const own = budgetRefusal(budget, await spent(id, budget), next)
        if (own !== null) throw new OverBudgetError('this context', own)
        const global = await store.budget()
        const all = budgetRefusal(global, await spent(null, global), next)
        if (all !== null) throw new OverBudgetError('all contexts', all)
        const aside = { contextId: id, amount: next }
        underWay.add(aside)
        return () => underWay.delete(aside)
      } finally {
        leave()
      }
    },
  }
}

function sum(
  kept: { readonly calls: number; readonly tokens: number; readonly costUsd: number },
  aside: readonly { readonly amount: Amount }[],
): Amount {
  let { calls, tokens, costUsd: usd } = kept
  for (const { amount } of aside) {
    calls += amount.calls
    tokens += amount.tokens
    usd += amount.usd ?? 0
  }
  return { calls, tokens, usd }
}

function messageOf(whose: string, { limit, why, allowed, spent, next }: BudgetRefusal): string {
  if (why === 'unpriced') {
    return `The budget of ${whose} is in US dollars (${limit}: ${allowed}), but the writer's price is not known. Give a budget in calls or tokens, or another writer.`
  }
  const until = endsWithTheDay(limit) ? 'Asking goes on on the next UTC day' : 'Asking goes on'
  return `The budget of ${whose} does not allow the next request: ${limit} is ${allowed}, ${round(spent)} spent, up to ${round(next)} more needed. ${until} or when the budget is raised.`
}

function round(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
