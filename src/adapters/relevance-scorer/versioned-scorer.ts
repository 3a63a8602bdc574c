import type { RelevanceScorer } from '../../ports/relevance-scorer.ts'

/** A scorer that says what its answers depend on beside its name, so that kept answers of another version are not used. */
export interface VersionedScorer extends RelevanceScorer {
  /** Any text; changes whenever the same question may get another answer. */
  readonly version: string
}
