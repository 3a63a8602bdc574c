import type { ForageClient } from 'forage-sdk'
import type { SimulatedReader } from './reader.ts'

export interface VisitsWanted {
  readonly client: ForageClient
  readonly context: string
  readonly reader: SimulatedReader
  /** The n-th visitor is called so with a dash and n. Each comes once. */
  readonly visitorName: string
  /** Number of the first visit. */
  readonly first: number
  readonly count: number
  /** Visits under way at once. */
  readonly together: number
  /** How long somebody reads before clicking; the service takes faster ones for machines. */
  readonly readingMs: number
  readonly wait: (ms: number, signal: AbortSignal) => Promise<unknown>
  readonly signal: AbortSignal
}

/** Slates shown and slates clicked, by arm. */
export type VisitCounts = Map<string, { slates: number; clicked: number }>

/**
 * Simulated people visit the service through the client: each gets a slate, sees it, and clicks on it or not. What
 * they report is delivered before this resolves, as far as the service can be reached.
 *
 * @returns `missed`: visits that got no slate of the service's; `waiting`: events that could not be delivered
 */
export async function sendVisits(
  wanted: VisitsWanted,
): Promise<{ readonly counts: VisitCounts; readonly missed: number; readonly waiting: number }> {
  const { client, context, reader, signal } = wanted
  const counts: VisitCounts = new Map()
  let missed = 0
  let next = wanted.first
  const end = wanted.first + wanted.count

  async function visitor(): Promise<void> {
    while (next < end && !signal.aborted) {
      const visit = next++
      const slate = await client.slate(context, { visitor: `${wanted.visitorName}-${visit}` })
      if (slate.source !== 'live') {
        missed++
        continue
      }
      const arm = slate.arm ?? ''
      const count = counts.get(arm) ?? { slates: 0, clicked: 0 }
      counts.set(arm, count)
      count.slates++
      client.impression(slate)
      const position = await reader.choose(
        visit,
        slate.items.map(({ text }) => text),
      )
      const clicked = position === undefined ? undefined : slate.items[position]
      if (clicked === undefined) continue
      count.clicked++
      if (wanted.readingMs > 0) await wanted.wait(wanted.readingMs, signal)
      client.click(slate, clicked)
    }
  }

  await Promise.all(Array.from({ length: wanted.together }, visitor))
  signal.throwIfAborted()
  return { counts, missed, waiting: await client.flush() }
}
