import type { ApiKey } from '../../ports/store/access.ts'

/** What is limited apart. */
export type LimitedUse = 'slate' | 'events' | 'manage'

/** Uses a second in the long run, and how many may come at once; Infinity for no limit. */
export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

/** Limits of one node: three nodes together let through three times as much. */
export interface RateLimitSettings {
  readonly byKey: Readonly<Record<LimitedUse, Rate>>
  readonly byNetwork: Readonly<Record<LimitedUse, Rate>>
  /** Requests of one network with a key that is missing or wrong. */
  readonly failuresByNetwork: Rate
}

/** Events count one by one, not by batch. */
export const DEFAULT_RATE_LIMITS: RateLimitSettings = {
  byKey: {
    slate: { perSecond: 20_000, burst: 40_000 },
    events: { perSecond: 50_000, burst: 200_000 },
    manage: { perSecond: 50, burst: 200 },
  },
  byNetwork: {
    slate: { perSecond: 2000, burst: 4000 },
    events: { perSecond: 5000, burst: 20_000 },
    manage: { perSecond: 50, burst: 200 },
  },
  failuresByNetwork: { perSecond: 1, burst: 30 },
}

/** The usual limits times a factor, Infinity for none. Failed attempts stay limited as they are. */
export function scaledRateLimits(factor: number): RateLimitSettings {
  const scaled = ({ perSecond, burst }: Rate): Rate => ({
    perSecond: perSecond * factor,
    burst: burst * factor,
  })
  const all = ({ slate, events, manage }: Readonly<Record<LimitedUse, Rate>>) => ({
    slate: scaled(slate),
    events: scaled(events),
    manage: scaled(manage),
  })
  const { byKey, byNetwork, failuresByNetwork } = DEFAULT_RATE_LIMITS
  return { byKey: all(byKey), byNetwork: all(byNetwork), failuresByNetwork }
}

/** What a key or network may still use. */
export interface RateLeft {
  /** That may come at once now. */
  readonly uses: number
  /** That may come at once when nothing was used for a while. */
  readonly burst: number
  /** In which all of the burst comes back. */
  readonly windowSeconds: number
  /** In which what was used comes back. */
  readonly fullInSeconds: number
}

interface Bucket {
  /** Uses left at `atMs`; grows by the rate up to the burst. Below 0 after a costly use. */
  left: number
  atMs: number
}

/** Buckets of one kind that are kept; beyond it full ones are forgotten, then the oldest. */
const BUCKETS_MAX = 20_000

/** Token buckets by name, in memory. */
class Buckets {
  readonly #rate: Rate
  readonly #buckets = new Map<string, Bucket>()

  constructor(rate: Rate) {
    this.#rate = rate
  }

  /**
   * Milliseconds until one more use is allowed; 0 for now. A use that costs more than the burst passes when the
   * bucket is full, and is paid for afterwards.
   */
  waitMs(name: string, nowMs: number, cost: number): number {
    const { left } = this.#at(name, nowMs)
    const needed = Math.min(cost, this.#rate.burst)
    // Adding up fractions of uses errs by far less than a millionth.
    return left >= needed - 1e-6 ? 0 : Math.ceil(((needed - left) / this.#rate.perSecond) * 1000 - 1e-3)
  }

  /** How much is left now; null where there is no limit. */
  left(name: string, nowMs: number): RateLeft | null {
    const { perSecond, burst } = this.#rate
    if (!Number.isFinite(burst) || !Number.isFinite(perSecond)) return null
    const { left } = this.#at(name, nowMs)
    return {
      uses: Math.max(0, Math.floor(left + 1e-6)),
      burst: Math.floor(burst),
      windowSeconds: Math.ceil(burst / perSecond),
      fullInSeconds: Math.ceil((burst - left) / perSecond),
    }
  }

  take(name: string, nowMs: number, cost: number): void {
    this.#at(name, nowMs).left -= cost
  }

  #at(name: string, nowMs: number): Bucket {
    const { perSecond, burst } = this.#rate
    let bucket = this.#buckets.get(name)
    if (bucket === undefined) {
      if (this.#buckets.size >= BUCKETS_MAX) this.#forget(nowMs)
      bucket = { left: burst, atMs: nowMs }
      this.#buckets.set(name, bucket)
    } else if (nowMs > bucket.atMs) {
      bucket.left = Math.min(burst, bucket.left + ((nowMs - bucket.atMs) / 1000) * perSecond)
      bucket.atMs = nowMs
    }
    return bucket
  }

  /** Makes room: a full bucket says nothing, and of the others the oldest quarter goes. */
  #forget(nowMs: number): void {
    const { perSecond, burst } = this.#rate
    for (const [name, { left, atMs }] of this.#buckets) {
      if (left + ((nowMs - atMs) / 1000) * perSecond >= burst) this.#buckets.delete(name)
    }
    let surplus = this.#buckets.size - Math.floor(BUCKETS_MAX * 0.75)
    for (const name of this.#buckets.keys()) {
      if (surplus-- <= 0) break
      this.#buckets.delete(name)
    }
  }
}

/** Limits by key and by network prefix. Two look-ups in maps a request, no wait. */
export class KeyRateLimits {
  readonly #byKey: Readonly<Record<LimitedUse, Buckets>>
  readonly #byNetwork: Readonly<Record<LimitedUse, Buckets>>
  readonly #failures: Buckets

  constructor(settings: RateLimitSettings = DEFAULT_RATE_LIMITS) {
    this.#byKey = bucketsFor(settings.byKey)
    this.#byNetwork = bucketsFor(settings.byNetwork)
    this.#failures = new Buckets(settings.failuresByNetwork)
  }

  /**
   * Takes `cost` uses from the key and from the network, or from neither. Behind a secret key stands a server that
   * asks for all its visitors: for slates and events its network is not limited.
   *
   * @param network the sender's prefix (/24 or /48)
   * @returns 0 when they are within the limits, else milliseconds until it is worth trying again
   */
  take(
    use: LimitedUse,
    key: Pick<ApiKey, 'id' | 'kind'>,
    network: string,
    nowMs: number,
    cost: number,
  ): number {
    const byKey = this.#byKey[use]
    const byNetwork = key.kind === 'secret' && use !== 'manage' ? undefined : this.#byNetwork[use]
    const waitMs = Math.max(
      byKey.waitMs(key.id, nowMs, cost),
      byNetwork === undefined ? 0 : byNetwork.waitMs(network, nowMs, cost),
    )
    if (waitMs > 0) return waitMs
    byKey.take(key.id, nowMs, cost)
    byNetwork?.take(network, nowMs, cost)
    return 0
  }

  /** How much of a use is left for the key and the network, whichever has less; null where neither is limited. */
  left(use: LimitedUse, key: Pick<ApiKey, 'id'>, network: string, nowMs: number): RateLeft | null {
    const byKey = this.#byKey[use].left(key.id, nowMs)
    const byNetwork = this.#byNetwork[use].left(network, nowMs)
    if (byKey === null || byNetwork === null) return byKey ?? byNetwork
    return byNetwork.uses < byKey.uses ? byNetwork : byKey
  }

  /** Takes one failed attempt of a network; beyond the limit the milliseconds to wait. */
  takeFailure(network: string, nowMs: number): number {
    const waitMs = this.#failures.waitMs(network, nowMs, 1)
    if (waitMs === 0) this.#failures.take(network, nowMs, 1)
    return waitMs
  }
}

function bucketsFor(rates: Readonly<Record<LimitedUse, Rate>>): Readonly<Record<LimitedUse, Buckets>> {
  return {
    slate: new Buckets(rates.slate),
    events: new Buckets(rates.events),
    manage: new Buckets(rates.manage),
  }
}
