import { ForageError } from '../core/errors.ts'
import { type Amount, type BudgetRefusal, endsWithTheDay, type SpendRefusal } from '../core/live/budget.ts'
import type { Clock } from '../ports/clock.ts'
import type { OptimizerStore } from './optimizer-options.ts'

/** Beyond its time limit a request's hold stays so long, for its answer to be kept. */
const KEEPING_MS = 120_000

/** A request would pass a budget, or might; nothing was asked. */
export class OverBudgetError extends ForageError {
  /** True when the limit ends by itself with the UTC day. */
  readonly endsWithTheDay: boolean
  /** True when it may fit as soon as requests under way have taken less than they might. */
  readonly isHeld: boolean

  constructor({ whose, refusal }: SpendRefusal) {
    const code = refusal.why === 'unpriced' ? 'price-unknown' : 'over-budget'
    super(code, messageOf(whose === 'context' ? 'this context' : 'all contexts', refusal))
    this.endsWithTheDay = refusal.why === 'over' && endsWithTheDay(refusal.limit)
    this.isHeld = refusal.why === 'held'
  }
}

/**
 * Sets the most that a request can take aside in the store, against the budgets of its context and of all contexts:
 * what all nodes have under way counts. The hold lapses by itself some time after the request must have ended.
 *
 * @returns the name of the hold
 * @throws OverBudgetError
 */
export async function holdSpend(
  { store, clock, writeTimeoutMs }: HoldingDesk,
  contextId: number,
  amount: Amount,
): Promise<string> {
  const nowMs = clock.now()
  const untilMs = nowMs + writeTimeoutMs + KEEPING_MS
  const held = await store.holdSpend({ contextId, amount, nowMs, untilMs })
  if (held.kind === 'refused') throw new OverBudgetError(held)
  return held.hold
}

interface HoldingDesk {
  readonly store: Pick<OptimizerStore, 'holdSpend'>
  readonly clock: Pick<Clock, 'now'>
  readonly writeTimeoutMs: number
}

function messageOf(whose: string, { limit, why, allowed, spent, held, next }: BudgetRefusal): string {
  if (why === 'unpriced') {
    return `The budget of ${whose} is in US dollars (${limit}: ${allowed}), but the writer's price is not known. Give a budget in calls or tokens, or another writer.`
  }
  const until =
    why === 'held'
      ? 'Asking goes on when those have ended'
      : `Asking goes on ${endsWithTheDay(limit) ? 'on the next UTC day or ' : ''}when the budget is raised`
  const heldToo = held > 0 ? `, up to ${round(held)} more by requests under way` : ''
  return `The budget of ${whose} does not allow the next request: ${limit} is ${allowed}, ${round(spent)} spent${heldToo}, up to ${round(next)} more needed. ${until}.`
}

function round(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
