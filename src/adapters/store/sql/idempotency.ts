import { ForageError } from '../../../core/errors.ts'
import type { IdempotencyStore, IdempotentAnswer } from '../../../ports/store/idempotency.ts'
import type { SqlDatabase, SqlRunner } from './database.ts'

const DAY_MS = 86_400_000

export function sqlIdempotency(database: SqlDatabase): IdempotencyStore {
  return {
    idempotent: ({ scope, key, requestHash }, nowMs) =>
      database.transaction(async (runner) => {
        await runner.query('delete from forage.idempotency_keys where claimed_at_ms <= $1', [nowMs - DAY_MS])
        const claimed = await runner.query(
          `insert into forage.idempotency_keys (scope, key, request_hash, claimed_at_ms) values ($1, $2, $3, $4)
          on conflict (scope, key) do nothing returning key`,
          [scope, key, requestHash, nowMs],
        )
        if (claimed.length > 0) return undefined
        const [row] = await runner.query(
          'select request_hash, status, body from forage.idempotency_keys where scope = $1 and key = $2',
          [scope, key],
        )
        return row === undefined
          ? undefined
          : {
              requestHash: row.request_hash as string,
              status: row.status as number | null,
              body: row.body as string | null,
            }
      }),
    async keepIdempotent(answer) {
      await keep(database, answer)
    },
    async dropIdempotent({ scope, key, requestHash }) {
      await database.query(
        `delete from forage.idempotency_keys
        where scope = $1 and key = $2 and request_hash = $3 and status is null`,
        [scope, key, requestHash],
      )
    },
  }
}

/**
 * Keeps an answer with the change that it tells of. Last in a transaction, so that a claim is not held for long.
 *
 * @throws ForageError `claim-lost`, which takes the change back
 */
export async function keepAnswer(runner: SqlRunner, answer: IdempotentAnswer | undefined): Promise<void> {
  if (answer === undefined || (await keep(runner, answer))) return
  throw new ForageError(
    'claim-lost',
    `idempotency: the claim on ${answer.key} has passed to another request`,
    {
      isRetryable: true,
    },
  )
}

/** False when the claim is gone, or answered. */
async function keep(
  runner: SqlRunner,
  { scope, key, requestHash, status, body }: IdempotentAnswer,
): Promise<boolean> {
  const kept = await runner.query(
    `update forage.idempotency_keys set status = $4, body = $5
    where scope = $1 and key = $2 and request_hash = $3 and status is null returning key`,
    [scope, key, requestHash, status, body],
  )
  return kept.length > 0
}
