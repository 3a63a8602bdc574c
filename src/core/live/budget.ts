import type { Budget } from './context-config.ts'

/** What was or may be spent. Dollars null: no price is known. */
export interface Amount {
  readonly calls: number
  readonly tokens: number
  readonly usd: number | null
}

export interface BudgetSpend {
  /** Since the UTC day began. */
  readonly today: Amount
  readonly inAll: Amount
}

/** Which limit stands in the way. */
export interface BudgetRefusal {
  readonly limit: keyof Budget
  /** `over`: it would be passed. `unpriced`: there is a limit in dollars and no price to hold against it. */
  readonly why: 'over' | 'unpriced'
  readonly allowed: number
  readonly spent: number
  /** The most that the next request can take. */
  readonly next: number
}

const LIMITS: readonly (readonly [keyof Budget, keyof BudgetSpend, keyof Amount])[] = [
  ['callsPerDay', 'today', 'calls'],
  ['tokensPerDay', 'today', 'tokens'],
  ['usdPerDay', 'today', 'usd'],
  ['calls', 'inAll', 'calls'],
  ['tokens', 'inAll', 'tokens'],
  ['usd', 'inAll', 'usd'],
]

/**
 * Whether the next request to a writer may pass a limit, taking the most that it can take. Null when it fits.
 *
 * @param spent kept answers and what is under way; dollars of calls with a known price
 */
export function budgetRefusal(budget: Budget, spent: BudgetSpend, next: Amount): BudgetRefusal | null {
  for (const [limit, period, unit] of LIMITS) {
    const allowed = budget[limit]
    if (allowed === null) continue
    const before = spent[period][unit] ?? 0
    const wanted = next[unit]
    if (wanted === null) return { limit, why: 'unpriced', allowed, spent: before, next: 0 }
    if (before + wanted > allowed) return { limit, why: 'over', allowed, spent: before, next: wanted }
  }
  return null
}

/** True when a limit can end by itself: at the end of the UTC day. */
export function endsWithTheDay(limit: keyof Budget): boolean {
  return limit.endsWith('PerDay')
}
