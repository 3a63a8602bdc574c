import type { Clock } from '../ports/clock.ts'
import type { Store } from '../ports/store/store.ts'
import type { ConfigNames } from './control/checked-config.ts'
import type { ServiceCounters } from './counters.ts'
import type { Health } from './health.ts'
import type { KeyRing } from './keys/key-ring.ts'
import type { KeyRateLimits } from './keys/rate-limits.ts'
import type { ServiceMetrics } from './metrics.ts'
import type { ServingState } from './serving/serving-state.ts'
import type { SlateTokens } from './slate-token.ts'
import type { LiveViews } from './statistics/live-views.ts'
import type { TaskCatalogue } from './tasks.ts'

/** All that the service is made of. The composition root gives the real ones, tests their own. */
export interface ServiceDependencies {
  readonly store: Store
  readonly serving: ServingState
  readonly tokens: SlateTokens
  readonly keys: KeyRing
  readonly limits: KeyRateLimits
  readonly hashes: KeyedHashes
  readonly random: ServiceRandom
  readonly clock: Clock
  readonly log: ServiceLog
  readonly counters: ServiceCounters
  readonly tasks: TaskCatalogue
  /** Strategies and writers that a configuration may name. */
  readonly names: ConfigNames
  readonly liveViews: LiveViews
  readonly health: Health
  readonly metrics: ServiceMetrics
  /** Of the program. */
  readonly version: string
  readonly config: ServiceConfig
}

export interface ServiceConfig {
  /**
   * How many proxies in front are trusted to append to `X-Forwarded-For`. 0: the address of the connection counts,
   * and the header is not looked at.
   */
  readonly trustedProxies: number
  /** Events that may wait for the store on this node; beyond it clients are told to come again. */
  readonly pendingEventsMax: number
  /** Contexts that requests may make on the fly, a minute and node. */
  readonly createdContextsPerMinute: number
}

/** Keyed hashes with secrets of the installation: what they hide cannot be found by trying names. */
export interface KeyedHashes {
  /** 22 characters, base64url, of 16 bytes. */
  visitor(name: string): string
  /** @param prefix as `networkPrefix` gives it */
  network(prefix: string): string
}

/** Unpredictable randomness; tests give a seeded one. */
export interface ServiceRandom {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number
  /** Uniform integer in [0, bound), `bound` from 1 to 2^32. */
  integer(bound: number): number
  /** 32 random bits as a signed integer. */
  next32(): number
  /** 16 random bytes in base64url: 22 characters. */
  id(): string
}

/** Structured log lines. Never a key, a token or a visitor's name in `fields`. */
export interface ServiceLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
  error(fields: Readonly<Record<string, unknown>>, message: string): void
}
