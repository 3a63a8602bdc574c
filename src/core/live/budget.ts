import type { Budget } from './context-config.ts'

/** What was or may be spent. Dollars null: no price is known. */
export interface Amount {
  readonly calls: number
  readonly tokens: number
  readonly usd: number | null
}

/** Dollars of calls with a known price. */
export interface BudgetSpend {
  /** Since the UTC day began. */
  readonly today: Amount
  readonly inAll: Amount
  /** The most that requests under way can still take. */
  readonly held: Amount
}

export const NOTHING_SPENT: Amount = { calls: 0, tokens: 0, usd: 0 }

/** Which limit stands in the way. */
export interface BudgetRefusal {
  readonly limit: keyof Budget
  /**
   * `over`: it would be passed. `held`: it might be, if the requests under way take the most that they can; they may
   * take less. `unpriced`: there is a limit in dollars and no price to hold against it.
   */
  readonly why: 'over' | 'held' | 'unpriced'
  readonly allowed: number
  readonly spent: number
  readonly held: number
  /** The most that the next request can take. */
  readonly next: number
}

const LIMITS: readonly (readonly [keyof Budget, 'today' | 'inAll', keyof Amount])[] = [
  ['callsPerDay', 'today', 'calls'],
  ['tokensPerDay', 'today', 'tokens'],
  ['usdPerDay', 'today', 'usd'],
  ['calls', 'inAll', 'calls'],
  ['tokens', 'inAll', 'tokens'],
  ['usd', 'inAll', 'usd'],
]

/**
 * Whether the next request to a writer may pass a limit, taking the most that it can take. Null when it fits. A limit
 * that stands whatever becomes of the requests under way comes before one that may give way.
 */
export function budgetRefusal(budget: Budget, spend: BudgetSpend, next: Amount): BudgetRefusal | null {
  let waits: BudgetRefusal | null = null
  for (const [limit, period, unit] of LIMITS) {
    const allowed = budget[limit]
    if (allowed === null) continue
    const spent = spend[period][unit] ?? 0
    const held = spend.held[unit] ?? 0
    const wanted = next[unit]
    if (wanted === null) return { limit, why: 'unpriced', allowed, spent, held, next: 0 }
    const refusal = { limit, allowed, spent, held, next: wanted }
    if (spent + wanted > allowed) return { ...refusal, why: 'over' }
    if (spent + held + wanted > allowed) waits ??= { ...refusal, why: 'held' }
  }
  return waits
}

/** A refusal, and whose budget it is. */
export interface SpendRefusal {
  readonly whose: 'context' | 'all'
  readonly refusal: BudgetRefusal
}

/** The same over a context's budget and that of all contexts. */
export function spendRefusal(
  own: readonly [Budget, BudgetSpend],
  all: readonly [Budget, BudgetSpend],
  next: Amount,
): SpendRefusal | null {
  const refusals: SpendRefusal[] = []
  for (const [whose, [budget, spend]] of [['context', own] as const, ['all', all] as const]) {
    const refusal = budgetRefusal(budget, spend, next)
    if (refusal !== null) refusals.push({ whose, refusal })
  }
  return refusals.find(({ refusal }) => refusal.why !== 'held') ?? refusals[0] ?? null
}

/** Whether a budget limits anything. */
export function hasLimit(budget: Budget): boolean {
  return LIMITS.some(([limit]) => budget[limit] !== null)
}

/** True when a limit can end by itself: at the end of the UTC day. */
export function endsWithTheDay(limit: keyof Budget): boolean {
  return limit.endsWith('PerDay')
}

export function plusAmount(a: Amount, b: Amount): Amount {
  return { calls: a.calls + b.calls, tokens: a.tokens + b.tokens, usd: (a.usd ?? 0) + (b.usd ?? 0) }
}
