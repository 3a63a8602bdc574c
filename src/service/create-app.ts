import { OpenAPIHono } from '@hono/zod-openapi'
import { Hono } from 'hono'
import { EXPOSED_HEADERS } from './cors.ts'
import type { ServiceDependencies } from './dependencies.ts'
import { Problem, problemOf, problemResponse } from './problem.ts'
import { addEventRoutes } from './routes/events.ts'
import { addSdkRoute } from './routes/sdk.ts'
import { addSlateRoutes } from './routes/slates.ts'
import type { ServiceApp, ServiceEnvironment } from './service-app.ts'

/**
 * The service as one Hono application. Slates and events are answered by an application of their own with no
 * middleware, so that each is one function call from the router; everything else falls through to the second,
 * where keys, documents and the like may take their time.
 */
export function createApp(dependencies: ServiceDependencies): Hono<ServiceEnvironment> {
  const managed: ServiceApp = new OpenAPIHono<ServiceEnvironment>()
  const hot = new Hono<ServiceEnvironment>()

  addSlateRoutes(hot, managed, dependencies)
  addEventRoutes(hot, managed, dependencies)
  addSdkRoute(managed)

  const failed = (error: unknown): Response => {
    const problem = problemOf(error)
    const requestId = dependencies.random.id()
    if (problem.status >= 500) {
      dependencies.log.error(
        { requestId, code: problem.code, err: problem.cause ?? problem },
        'request failed',
      )
    }
    return problemResponse(problem, requestId)
  }
  managed.notFound((context) =>
    failed(new Problem('route-unknown', `There is no ${context.req.method} ${context.req.path}.`)),
  )
  managed.onError(failed)
  hot.notFound((context) => managed.fetch(context.req.raw, context.env))
  hot.onError((error) => {
    const answer = failed(error)
    // A page may read why it was refused: a problem tells nothing that its visitor may not know.
    answer.headers.set('access-control-allow-origin', '*')
    answer.headers.set('access-control-expose-headers', EXPOSED_HEADERS)
    return answer
  })
  return hot
}
