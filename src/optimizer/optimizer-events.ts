import type { DueReason } from '../ports/store/leases.ts'
import type { Usage } from '../ports/writer.ts'

/** Which arm an event is about. */
export interface ArmName {
  readonly contextId: number
  readonly contextKey: string
  readonly arm: string
}

/** What the optimizer does, for logs, metrics and traces. No text of items or prompts, no secrets. */
export type OptimizerEvent = { readonly atMs: number; readonly node: string } & (
  | IterationStarted
  | RequestAnswered
  | BirthsShort
  | IterationCommitted
  | IterationFailed
  | ArmWaits
  | EvidenceLooked
  | LeaseLost
  | PassFailed
)

interface IterationStarted extends ArmName {
  readonly kind: 'iteration-started'
  readonly iteration: number
  readonly why: DueReason
  readonly strategy: string
  readonly writer: string
}

interface RequestAnswered extends ArmName {
  readonly kind: 'request-answered'
  readonly iteration: number
  readonly mode: string
  /** 0-based. */
  readonly attempt: number
  readonly writer: string
  /** As the provider reports it. */
  readonly model: string
  readonly promptVersion: string
  /** True for an answer that was paid for before: nothing was asked. */
  readonly isReused: boolean
  readonly usage: Usage
  /** 0 for a reused answer. */
  readonly durationMs: number
  readonly born: number
  readonly refused: number
}

/** Fewer texts passed the checks than were wanted. */
interface BirthsShort extends ArmName {
  readonly kind: 'births-short'
  readonly iteration: number
  readonly mode: string
  readonly wanted: number
  readonly got: number
  /** Refused candidates by reason. */
  readonly refused: Readonly<Record<string, number>>
  /** Code of the failure that ended the asking; absent where all attempts were made. */
  readonly failure?: string
}

interface IterationCommitted extends ArmName {
  readonly kind: 'iteration-committed'
  readonly iteration: number
  readonly version: number
  /** Nothing was born and nothing left: the version is the one before. */
  readonly isPoolKept: boolean
  readonly born: number
  readonly left: number
  /** Births that wait for approval. */
  readonly waiting: number
  readonly interactions: number
  readonly clicked: number
  readonly durationMs: number
}

interface IterationFailed extends ArmName {
  readonly kind: 'iteration-failed'
  /** Code of a ForageError, or `unexpected`. */
  readonly code: string
  readonly message: string
  /** Attempts in a row that failed, with this one. */
  readonly failures: number
  readonly nextAttemptAtMs: number
}

interface ArmWaits extends ArmName {
  readonly kind: 'arm-waits'
  readonly reason: 'approval' | 'first-pool-of-another-arm' | 'budget-held' | 'stopped'
  readonly untilMs: number
}

/** The evidence rule was asked. */
interface EvidenceLooked extends ArmName {
  readonly kind: 'evidence-looked'
  readonly isDue: boolean
  /** Natural logarithm of the e-value of best against worst, and what it has to reach. */
  readonly logEvidence: number
  readonly logEvidenceMin: number
}

/** Another node has the arm now; nothing was changed here. */
interface LeaseLost extends ArmName {
  readonly kind: 'lease-lost'
  readonly iteration: number
}

/** The store could not be asked what is due. */
interface PassFailed {
  readonly kind: 'pass-failed'
  readonly code: string
  readonly message: string
}

type Without<E> = E extends unknown ? Omit<E, 'atMs' | 'node'> : never

/** An event without time and node, which the optimizer adds. */
export type OptimizerNews = Without<OptimizerEvent>
