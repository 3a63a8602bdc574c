import type { AccessStore, ApiKey } from '../../ports/store/access.ts'
import { isKey, keyId } from './api-key.ts'

/** How a key that a request carries was judged. */
export type KeyFinding =
  | { readonly kind: 'valid'; readonly key: ApiKey }
  /** It was right once: revoked, or rotated and its grace is over. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'unknown' }

/** Milliseconds between two readings that unknown keys may ask for: guessing must not load the store. */
const MISS_REFRESH_MS = 1000

/**
 * All keys in memory, so that a request waits for no store. `refresh` brings what other nodes made or revoked;
 * called every few seconds, so a revocation holds everywhere within that time.
 */
export class KeyRing {
  readonly #store: Pick<AccessStore, 'keys'>
  #byId: ReadonlyMap<string, ApiKey> = new Map()
  /** Keys that requests carried and that were found right, as sent: the next request need not hash its key. */
  readonly #verified = new Map<string, ApiKey>()
  #refreshing: Promise<void> | undefined
  #missRefreshedAtMs = Number.NEGATIVE_INFINITY

  constructor(store: Pick<AccessStore, 'keys'>) {
    this.#store = store
  }

  /** Reads all keys anew; calls at the same time share one reading. Rejects when the store fails; the old keys stay. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#store
      .keys()
      .then((keys) => {
        this.#byId = new Map(keys.map((key) => [key.id, key]))
        this.#verified.clear()
      })
      .finally(() => {
        this.#refreshing = undefined
      })
    return this.#refreshing
  }

  /** The key in force at `nowMs`, or undefined. `raw` is the whole key as the client sent it. */
  find(raw: string, nowMs: number): ApiKey | undefined {
    const finding = this.judge(raw, nowMs)
    return finding.kind === 'valid' ? finding.key : undefined
  }

  /** As `find`, and why it is none. An unknown key of the right form may be new: all are read soon. */
  judge(raw: string, nowMs: number): KeyFinding {
    const verified = this.#verified.get(raw)
    if (verified !== undefined && !hasEnded(verified, nowMs)) return { kind: 'valid', key: verified }
    const id = keyId(raw)
    if (id === undefined) return { kind: 'unknown' }
    const kept = this.#byId.get(id)
    if (kept === undefined) {
      this.#refreshAfterMiss(nowMs)
      return { kind: 'unknown' }
    }
    if (!isKey(raw, kept)) return { kind: 'unknown' }
    if (hasEnded(kept, nowMs)) return { kind: 'ended' }
    // No more entries than keys: each has one text.
    this.#verified.set(raw, kept)
    return { kind: 'valid', key: kept }
  }

  /** By id, whether in force or not. */
  get(id: string): ApiKey | undefined {
    return this.#byId.get(id)
  }

  #refreshAfterMiss(nowMs: number): void {
    if (nowMs - this.#missRefreshedAtMs < MISS_REFRESH_MS) return
    this.#missRefreshedAtMs = nowMs
    // The regular refresh tells of a store that fails.
    this.refresh().catch(() => undefined)
  }
}

export function hasEnded({ endsAtMs }: Pick<ApiKey, 'endsAtMs'>, nowMs: number): boolean {
  return endsAtMs !== null && endsAtMs <= nowMs
}
