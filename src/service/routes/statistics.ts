import { liveRoute, statisticsRoute } from '../contract/statistics.ts'
import { existingContext } from '../control/context-lookup.ts'
import type { ServiceDependencies } from '../dependencies.ts'
import { hasEnded } from '../keys/key-ring.ts'
import type { ServiceApp } from '../service-app.ts'
import { contextStatistics } from '../statistics/context-statistics.ts'
import { statisticsView } from '../statistics/statistics-view.ts'

/** Statistics, once and as a stream. */
export function addStatisticsRoutes(managed: ServiceApp, dependencies: ServiceDependencies): void {
  const { store, keys, clock, liveViews } = dependencies

  managed.openapi(statisticsRoute, async (c) => {
    const context = await existingContext(store, c.req.valid('param').key)
    const statistics = await contextStatistics(store, context, c.req.valid('query').items ?? 'live')
    return c.json(statisticsView(statistics, clock.now()), 200)
  })

  managed.openapi(liveRoute, async (c) => {
    const { key } = await existingContext(store, c.req.valid('param').key)
    const { id } = c.get('apiKey')
    const { seconds } = c.req.valid('query')
    const mayGoOn = () => !hasEnded(keys.get(id) ?? { endsAtMs: 0 }, clock.now())
    // A HEAD request gets the headers alone, and opens nothing.
    const stream =
      c.req.raw.method === 'HEAD'
        ? null
        : liveViews.open(key, mayGoOn, seconds === undefined ? undefined : seconds * 1000)
    // Without X-Accel-Buffering nginx would hold events back.
    const headers = {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    }
    return new Response(stream, { headers })
  })
}
