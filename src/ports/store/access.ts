import type { Budget } from '../../core/live/context-config.ts'
import type { TaskDefinition } from '../../core/task.ts'
import type { AuditEntry } from './audit.ts'
import type { IdempotentAnswer } from './idempotency.ts'

/** An API key as it is kept: never the key itself. */
export interface ApiKey {
  /** The part that may be shown: `fk_sec_3h2k9d`. Unique. */
  readonly id: string
  readonly kind: 'publishable' | 'secret'
  readonly name: string
  /** SHA-256 of the whole key, in hex. */
  readonly hash: string
  /** Origins a browser may call from with it; `*` for any. Publishable keys only. */
  readonly origins: readonly string[]
  /** May an unknown context be made by asking for its slate? */
  readonly mayCreateContexts: boolean
  readonly createdAtMs: number
  /** Set when it was revoked, or when a rotation ends it in time. */
  readonly endsAtMs: number | null
}

export interface AccessStore {
  addKey(key: ApiKey, audit: AuditEntry, answer?: IdempotentAnswer): Promise<void>
  keys(): Promise<ApiKey[]>
  /**
   * Ends a key that has no end yet. `ended` is one that has. The last secret key without an end cannot end: of
   * several that end at once one stays.
   */
  endKey(
    id: string,
    endsAtMs: number,
    audit: AuditEntry,
  ): Promise<'done' | 'missing' | 'ended' | 'last-secret'>
  /** Adds a key and ends the one that it takes the place of, which must have no end yet. */
  rotateKey(
    rotation: { readonly id: string; readonly endsAtMs: number; readonly key: ApiKey },
    audit: readonly AuditEntry[],
    answer?: IdempotentAnswer,
  ): Promise<'done' | 'missing' | 'ended'>
  /**
   * A secret of the installation that all nodes share (token signing, visitor hashes): made once, the first wins.
   *
   * @returns the kept one
   */
  sharedSecret(name: string, made: string): Promise<string>
  /** Tasks beside the built-in ones. */
  tasks(): Promise<TaskDefinition[]>
  /** False, and nothing changes, unless the task has the version `before` now; null: there is none. */
  putTask(task: TaskDefinition, before: number | null, audit: AuditEntry): Promise<boolean>
  /** Budget over all contexts; `NO_BUDGET` until one is set. */
  budget(): Promise<Budget>
  /** Arms that wait after a failure are tried at once. False, and nothing changes, unless the budget is `before` now. */
  setBudget(budget: Budget, before: Budget, audit: AuditEntry): Promise<boolean>
}
