import type { Budget } from '../../core/live/context-config.ts'
import type { TaskDefinition } from '../../core/task.ts'
import type { AuditEntry } from './audit.ts'

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
  addKey(key: ApiKey, audit: AuditEntry): Promise<void>
  keys(): Promise<ApiKey[]>
  /** False when there is no such key. */
  endKey(id: string, endsAtMs: number, audit: AuditEntry): Promise<boolean>
  /**
   * A secret of the installation that all nodes share (token signing, visitor hashes): made once, the first wins.
   *
   * @returns the kept one
   */
  sharedSecret(name: string, made: string): Promise<string>
  /** The answer kept for an idempotency key, or undefined after keeping this claim on it. Removed after a day. */
  idempotent(
    scope: string,
    key: string,
    requestHash: string,
    nowMs: number,
  ): Promise<
    { readonly requestHash: string; readonly status: number | null; readonly body: string | null } | undefined
  >
  keepIdempotent(scope: string, key: string, status: number, body: string): Promise<void>
  /** A claim whose request failed is given back, so that it can be tried again. */
  dropIdempotent(scope: string, key: string): Promise<void>
  /** Tasks beside the built-in ones. */
  tasks(): Promise<TaskDefinition[]>
  putTask(task: TaskDefinition, audit: AuditEntry): Promise<void>
  /** Budget over all contexts; `NO_BUDGET` until one is set. */
  budget(): Promise<Budget>
  setBudget(budget: Budget, audit: AuditEntry): Promise<void>
}
