import { Hono } from 'hono'
import { EXPOSED_HEADERS } from './cors.ts'
import type { ServiceDependencies } from './dependencies.ts'
import { addManagedRoutes, managedApp } from './managed/managed-app.ts'
import { failureAnswer } from './managed/request-frame.ts'
import { addEventRoutes } from './routes/events.ts'
import { addSdkRoute } from './routes/sdk.ts'
import { addSlateRoutes } from './routes/slates.ts'
import type { ServiceEnvironment } from './service-app.ts'

/**
 * The service as one Hono application. Slates and events are answered by an application of their own with no
 * middleware, so that each is one function call from the router; everything else falls through to the second,
 * where keys, documents and the like may take their time.
 */
export function createApp(dependencies: ServiceDependencies): Hono<ServiceEnvironment> {
  const managed = managedApp(dependencies)
  const hot = new Hono<ServiceEnvironment>()

  addSlateRoutes(hot, managed, dependencies)
  addEventRoutes(hot, managed, dependencies)
  addSdkRoute(hot)
  addManagedRoutes(managed, dependencies)

  hot.notFound((context) => managed.fetch(context.req.raw, context.env))
  hot.onError((failure, context) => {
    const answer = failureAnswer(failure, context, dependencies)
    // A page may read why it was refused: a problem tells nothing that its visitor may not know.
    answer.headers.set('access-control-allow-origin', '*')
    answer.headers.set('access-control-expose-headers', EXPOSED_HEADERS)
    return answer
  })
  return hot
}
