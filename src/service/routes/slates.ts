import type { Context, Hono } from 'hono'
import { admit, bearerKey } from '../admission.ts'
import { slateRoute } from '../contract/slates.ts'
import { corsHeaders, preflight } from '../cors.ts'
import type { ServiceDependencies } from '../dependencies.ts'
import { Problem } from '../problem.ts'
import type { ServiceApp, ServiceEnvironment } from '../service-app.ts'
import { defaultSlate, drawnSlate } from '../slates/draw-slate.ts'
import { slateQuery } from '../slates/slate-query.ts'

const PATH = '/v1/contexts/:key/slate'
const HEADERS = { 'content-type': 'application/json', 'cache-control': 'private, no-store' }

/** `GET /v1/contexts/{key}/slate`. Nothing on the way of a known context waits. */
export function addSlateRoutes(
  hot: Hono<ServiceEnvironment>,
  managed: ServiceApp,
  dependencies: ServiceDependencies,
): void {
  const { serving, clock, hashes, counters } = dependencies
  managed.openAPIRegistry.registerPath(slateRoute)
  hot.options(PATH, () => preflight('GET'))
  hot.get(PATH, (context: Context<ServiceEnvironment, typeof PATH>) => {
    const nowMs = clock.now()
    const { origin } = admit(context, bearerKey(context), 'slate', nowMs, dependencies)
    const query = slateQuery(context.req.url)
    const contextKey = context.req.param('key')
    const served = serving.find(contextKey)
    if (served === undefined) {
      throw new Problem('context-unknown', `There is no context ${JSON.stringify(contextKey)}.`)
    }
    let body: string
    if (served.arms.length === 0) {
      counters.defaultSlates++
      body = defaultSlate(served.key, nowMs)
    } else {
      counters.slates++
      const visitor = query.visitor === undefined ? undefined : hashes.visitor(query.visitor)
      body = drawnSlate(served, query.size ?? served.config.slateSize, visitor, nowMs, dependencies)
    }
    const headers = origin === undefined ? HEADERS : { ...HEADERS, ...corsHeaders(origin) }
    return new Response(body, { headers })
  })
}
