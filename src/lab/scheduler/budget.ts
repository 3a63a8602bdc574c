import { ForageError, InputError } from '../../core/errors.ts'
import { addUsage, NO_USAGE, type Usage } from '../../core/usage.ts'

/** Asked before each new question to a model, and told each new answer. Kept answers do not pass here. */
export interface CallMeter {
  /**
   * @param calls model calls that the question will take
   * @throws ForageError `budget-spent`
   */
  asking(calls: number): void
  /** Every `asking` is followed by one of these. */
  answered(calls: number, usage: Usage): void
  failed(calls: number): void
}

export interface BudgetLimits {
  readonly callsMax?: number
  readonly costUsdMax?: number
}

export interface Budget extends CallMeter {
  /** Of answers that were new. */
  readonly spent: Usage
}

/**
 * Counts what is spent, and stops before more is asked than allowed. Calls never pass their limit; the cost of an
 * answer is known only afterwards, so cost may pass it by the answers that are under way.
 */
export function budgetOf({ callsMax, costUsdMax }: BudgetLimits): Budget {
  let spent = NO_USAGE
  let underWay = 0
  return {
    get spent() {
      return spent
    },
    asking(calls) {
      if (callsMax !== undefined && spent.modelCalls + underWay + calls > callsMax) {
        throw budgetSpent('--max-calls', `${callsMax} model calls`)
      }
      if (costUsdMax !== undefined && (spent.costUsd ?? 0) >= costUsdMax) {
        throw budgetSpent('--max-cost-usd', `$${costUsdMax}`)
      }
      underWay += calls
    },
    answered(calls, usage) {
      underWay -= calls
      spent = addUsage(spent, usage)
      if (costUsdMax !== undefined && usage.costUsd === null) {
        const advice = 'the price of this model is not known, so cost cannot be limited; use --max-calls'
        throw new InputError('--max-cost-usd', costUsdMax, advice)
      }
    },
    failed(calls) {
      underWay -= calls
    },
  }
}

function budgetSpent(flag: string, what: string): ForageError {
  return new ForageError(
    'budget-spent',
    `the budget is spent (${flag}: ${what}); the same command with a larger one goes on from there`,
  )
}
