import type { TaskDefinition } from '../core/task.ts'
import type { Clock } from '../ports/clock.ts'
import type { Encoder } from '../ports/encoder.ts'
import type { Store } from '../ports/store/store.ts'
import type { Writer } from '../ports/writer.ts'
import type { OptimizerEvent } from './optimizer-events.ts'

export interface OptimizerOptions {
  readonly store: OptimizerStore
  /**
   * The writer of an arm, by what its configuration names (as `--writer` takes it); the service's own for undefined.
   * The same object for the same name; the caller closes it.
   *
   * @throws ForageError when there is none; the arm waits and is tried again
   */
  readonly writerOf: (spec: string | undefined) => Promise<Writer>
  /** Finds near-duplicates by meaning; without it by words only. */
  readonly encoder?: Encoder
  /** Undefined for a task that nobody knows. */
  readonly taskOf: (key: string) => Promise<TaskDefinition | undefined>
  /**
   * Price in US dollars of so many tokens of a writer, by its name; null when no price is known. Needed for budgets in
   * dollars: without it every writer is taken as unpriced.
   */
  readonly priceUsd?: (writer: string, inputTokens: number, outputTokens: number) => Promise<number | null>
  readonly clock: Clock
  /** Names this process among the nodes: unique, new at each start. */
  readonly node: string
  /** Whole number: the jitter of waiting comes from it. Give each node another. */
  readonly seed: number
  /** Told of everything that happens, as it happens; must not throw. */
  readonly onEvent?: (event: OptimizerEvent) => void
  /** Arms under way at once on this node; 4 when left out. */
  readonly concurrency?: number
  /** Requests to one writer at once; 1 for local models and 4 for others when left out. */
  readonly writerConcurrency?: (writer: Writer) => number
  /** How long an arm stays claimed without a sign of life; 60 seconds when left out. */
  readonly leaseMs?: number
  /** How often the store is asked what is due; a second when left out. A look that takes over 2 % of it comes more rarely. */
  readonly pollMs?: number
  /** A request that takes longer has failed; 3 minutes when left out. */
  readonly writeTimeoutMs?: number
}

/** What the optimizer needs of a store. */
export type OptimizerStore = Pick<
  Store,
  | 'claimDueArms'
  | 'renewLease'
  | 'releaseLease'
  | 'contextById'
  | 'arms'
  | 'items'
  | 'versions'
  | 'version'
  | 'tallies'
  | 'clickSources'
  | 'commitPool'
  | 'modelCall'
  | 'keepModelCall'
  | 'holdSpend'
  | 'dropHold'
>
