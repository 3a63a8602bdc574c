import type { Clock } from '../../ports/clock.ts'
import type { Store } from '../../ports/store/store.ts'
import { Problem } from '../problem.ts'
import { contextStatistics } from './context-statistics.ts'
import { statisticsView } from './statistics-view.ts'

/** One who watches a context. */
interface Watcher {
  /** False when the stream is too far behind or closed: it is dropped. */
  send(text: string): boolean
  end(): void
}

interface Watched {
  readonly watchers: Set<Watcher>
  /** The latest figures without their time, to see whether they changed. */
  figures: string
  /** The latest event, for those who come later. */
  event: string
  cancel: () => void
}

export interface LiveViewsOptions {
  readonly store: Store
  readonly clock: Clock
  /**
   * How often the store is asked, for all who watch a context together; 2 seconds when left out. Less often where an
   * answer takes long.
   */
  readonly pollMs?: number
  /** A comment this often when nothing changes; 15 seconds when left out. */
  readonly heartbeatMs?: number
  /** Streams at once on this node; 200 when left out. */
  readonly streamsMax?: number
}

/** Statistics of many visitors take a while: a context is asked for a twentieth of the time at most. */
const REST_SHARE = 19

/** Bytes that a stream may be behind before it is dropped. */
const BEHIND_BYTES_MAX = 1_000_000

/** Server-sent events of contexts: one poll a context, however many watch. */
export class LiveViews {
  readonly #options: Required<LiveViewsOptions>
  readonly #watched = new Map<string, Watched>()
  #streams = 0
  #isClosed = false

  constructor(options: LiveViewsOptions) {
    this.#options = { pollMs: 2000, heartbeatMs: 15_000, streamsMax: 200, ...options }
  }

  /** Streams that are open. */
  get streams(): number {
    return this.#streams
  }

  /**
   * A stream of a context's statistics. It ends when its reader goes, when the context is deleted, and on `close`.
   *
   * @param mayGoOn asked with every heartbeat: a key may end while somebody watches
   * @param lastsMs for ever when left out
   * @throws Problem `too-many-streams`, `shutting-down`
   */
  open(
    contextKey: string,
    mayGoOn: () => boolean = () => true,
    lastsMs?: number,
  ): ReadableStream<Uint8Array> {
    const { streamsMax, clock, heartbeatMs } = this.#options
    if (this.#isClosed) throw new Problem('shutting-down', 'The node is stopping; ask another.', RETRY)
    if (this.#streams >= streamsMax) {
      throw new Problem(
        'too-many-streams',
        `This node serves ${streamsMax} at once; come again later.`,
        RETRY,
      )
    }
    this.#streams++
    const encoder = new TextEncoder()
    let cancelHeartbeat = () => {}
    let cancelEnd = () => {}
    let leave = () => {}
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          let isOpen = true
          const watcher: Watcher = {
            send(text) {
              if (!isOpen || (controller.desiredSize ?? 0) < 0) return false
              controller.enqueue(encoder.encode(text))
              return true
            },
            end() {
              if (!isOpen) return
              leave()
              controller.close()
            },
          }
          const beat = () => {
            if (!mayGoOn() || !watcher.send(': still here\n\n')) return watcher.end()
            cancelHeartbeat = clock.schedule(heartbeatMs, beat)
          }
          leave = () => {
            if (!isOpen) return
            isOpen = false
            this.#streams--
            cancelHeartbeat()
            cancelEnd()
            this.#remove(contextKey, watcher)
          }
          watcher.send('retry: 3000\n\n')
          cancelHeartbeat = clock.schedule(heartbeatMs, beat)
          if (lastsMs !== undefined) cancelEnd = clock.schedule(lastsMs, () => watcher.end())
          this.#add(contextKey, watcher)
        },
        cancel: () => leave(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: BEHIND_BYTES_MAX }),
    )
  }

  /** Ends all streams, and takes no more. */
  close(): void {
    this.#isClosed = true
    for (const { watchers } of [...this.#watched.values()]) for (const watcher of [...watchers]) watcher.end()
  }

  #add(contextKey: string, watcher: Watcher): void {
    const known = this.#watched.get(contextKey)
    if (known !== undefined) {
      known.watchers.add(watcher)
      if (known.event !== '') watcher.send(known.event)
      return
    }
    const watched: Watched = { watchers: new Set([watcher]), figures: '', event: '', cancel: () => {} }
    this.#watched.set(contextKey, watched)
    void this.#poll(contextKey, watched)
  }

  #remove(contextKey: string, watcher: Watcher): void {
    const watched = this.#watched.get(contextKey)
    if (watched === undefined || !watched.watchers.delete(watcher) || watched.watchers.size > 0) return
    watched.cancel()
    this.#watched.delete(contextKey)
  }

  async #poll(contextKey: string, watched: Watched): Promise<void> {
    const { store, clock, pollMs } = this.#options
    const startedMs = clock.now()
    try {
      const context = await store.context(contextKey)
      if (context === undefined) return goodbye(watched)
      const statistics = await contextStatistics(store, context, 'live')
      const figures = JSON.stringify(statistics)
      if (figures !== watched.figures) {
        watched.figures = figures
        watched.event = `event: statistics\ndata: ${JSON.stringify(statisticsView(statistics, clock.now()))}\n\n`
        for (const watcher of [...watched.watchers]) if (!watcher.send(watched.event)) watcher.end()
      }
    } catch {
      // The store is away: the figures stay as they are, the heartbeat goes on, and the next poll asks again.
    }
    if (watched.watchers.size > 0 && !this.#isClosed) {
      const waitMs = Math.max(pollMs, (clock.now() - startedMs) * REST_SHARE)
      watched.cancel = clock.schedule(waitMs, () => void this.#poll(contextKey, watched))
    }
  }
}

const RETRY = { headers: { 'Retry-After': '5' } }

function goodbye({ watchers }: Watched): void {
  for (const watcher of [...watchers]) {
    watcher.send('event: gone\ndata: {}\n\n')
    watcher.end()
  }
}
