import type { Context, Hono } from 'hono'
import { admit, bearerKey } from '../admission.ts'
import { slateRoute } from '../contract/slates.ts'
import { corsHeaders, preflight } from '../cors.ts'
import type { ServiceDependencies } from '../dependencies.ts'
import type { ServiceApp, ServiceEnvironment } from '../service-app.ts'
import type { ServedContext } from '../serving/served-context.ts'
import { contextsOnTheFly } from '../slates/contexts-on-the-fly.ts'
import { slateBody } from '../slates/slate-body.ts'
import { slateQuery } from '../slates/slate-query.ts'

const PATH = '/v1/contexts/:key/slate'
const HEADERS = { 'content-type': 'application/json', 'cache-control': 'private, no-store' }

/** `GET /v1/contexts/{key}/slate`. Nothing on the way of a known context waits. */
export function addSlateRoutes(
  hot: Hono<ServiceEnvironment>,
  managed: ServiceApp,
  dependencies: ServiceDependencies,
): void {
  const { serving, clock, counters } = dependencies
  managed.openAPIRegistry.registerPath(slateRoute)
  hot.options(PATH, () => preflight('GET'))
  const onTheFly = contextsOnTheFly(dependencies)

  hot.get(PATH, (context: Context<ServiceEnvironment, typeof PATH>): Response | Promise<Response> => {
    const nowMs = clock.now()
    const startedAt = performance.now()
    const { key, origin } = admit(context, bearerKey(context), 'slate', nowMs, dependencies)
    const query = slateQuery(context.req.url)
    const contextKey = context.req.param('key')
    const answer = (served: ServedContext) => {
      const body = slateBody(served, query, nowMs, dependencies)
      counters.slateDurations.add((performance.now() - startedAt) / 1000, 1)
      return new Response(body, {
        headers: origin === undefined ? HEADERS : { ...HEADERS, ...corsHeaders(origin) },
      })
    }
    const served = serving.find(contextKey)
    return served === undefined ? onTheFly.make(contextKey, query, key).then(answer) : answer(served)
  })
}
