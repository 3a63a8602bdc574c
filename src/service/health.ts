import type { Clock } from '../ports/clock.ts'
import type { Store } from '../ports/store/store.ts'

/** Whether requests should be sent to this node, and what is in the way. */
export interface Readiness {
  readonly isReady: boolean
  readonly store: 'ok' | 'away'
  readonly serving: 'loaded' | 'loading'
  readonly isStopping: boolean
}

/** A store that answers a ping this late is taken for away. */
const PING_MS = 2000
/** Anybody may ask, so the store is asked no more often than this. */
const KEPT_MS = 1000

/** Readiness of a node. */
export class Health {
  readonly #store: Pick<Store, 'ping'>
  readonly #serving: { readonly isLoaded: boolean }
  readonly #clock: Clock
  #isStopping = false
  #pinged: { readonly atMs: number; readonly answer: Promise<boolean> } | undefined

  constructor(store: Pick<Store, 'ping'>, serving: { readonly isLoaded: boolean }, clock: Clock) {
    this.#store = store
    this.#serving = serving
    this.#clock = clock
  }

  /** From now on the node is not ready, so that what balances the load sends requests elsewhere. */
  stop(): void {
    this.#isStopping = true
  }

  async check(): Promise<Readiness> {
    const isStoreThere = await this.#ping()
    const { isLoaded } = this.#serving
    return {
      isReady: isStoreThere && isLoaded && !this.#isStopping,
      store: isStoreThere ? 'ok' : 'away',
      serving: isLoaded ? 'loaded' : 'loading',
      isStopping: this.#isStopping,
    }
  }

  #ping(): Promise<boolean> {
    const atMs = this.#clock.now()
    if (this.#pinged === undefined || atMs - this.#pinged.atMs >= KEPT_MS) {
      this.#pinged = { atMs, answer: this.#pingNow() }
    }
    return this.#pinged.answer
  }

  async #pingNow(): Promise<boolean> {
    let cancel = () => {}
    const late = new Promise<boolean>((resolve) => {
      cancel = this.#clock.schedule(PING_MS, () => resolve(false))
    })
    const answered = this.#store.ping().then(
      () => true,
      () => false,
    )
    return Promise.race([answered, late]).finally(cancel)
  }
}
