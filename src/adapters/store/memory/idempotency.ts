import { ForageError } from '../../../core/errors.ts'
import type {
  IdempotencyClaim,
  IdempotencyStore,
  IdempotentAnswer,
} from '../../../ports/store/idempotency.ts'
import type { IdempotentClaim, MemoryState } from './state.ts'

const DAY_MS = 86_400_000

export function memoryIdempotency(state: MemoryState): IdempotencyStore {
  return {
    async idempotent(claim, nowMs) {
      for (const [name, { atMs }] of state.idempotent) {
        if (atMs <= nowMs - DAY_MS) state.idempotent.delete(name)
      }
      const there = state.idempotent.get(nameOf(claim))
      if (there !== undefined) {
        const { requestHash, status, body } = there
        return { requestHash, status, body }
      }
      const { requestHash } = claim
      state.idempotent.set(nameOf(claim), { requestHash, atMs: nowMs, status: null, body: null })
      return undefined
    },
    async keepIdempotent(answer) {
      const open = openClaim(state, answer)
      if (open !== undefined) Object.assign(open, { status: answer.status, body: answer.body })
    },
    async dropIdempotent(claim) {
      if (openClaim(state, claim) !== undefined) state.idempotent.delete(nameOf(claim))
    },
  }
}

/** Keeps an answer with its change: before it, so that nothing is changed when the claim is lost. */
export function keepAnswer(state: MemoryState, answer: IdempotentAnswer | undefined): void {
  if (answer === undefined) return
  const open = openClaim(state, answer)
  if (open === undefined) {
    throw new ForageError(
      'claim-lost',
      `idempotency: the claim on ${answer.key} has passed to another request`,
      {
        isRetryable: true,
      },
    )
  }
  Object.assign(open, { status: answer.status, body: answer.body })
}

function openClaim(state: MemoryState, claim: IdempotencyClaim): IdempotentClaim | undefined {
  const there = state.idempotent.get(nameOf(claim))
  return there?.requestHash === claim.requestHash && there.status === null ? there : undefined
}

function nameOf({ scope, key }: IdempotencyClaim): string {
  return JSON.stringify([scope, key])
}
