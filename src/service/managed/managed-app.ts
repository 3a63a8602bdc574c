import { OpenAPIHono } from '@hono/zod-openapi'
import type { ServiceDependencies } from '../dependencies.ts'
import { inputProblem } from '../problem.ts'
import { addAccessRoutes } from '../routes/access.ts'
import { addContextRoutes } from '../routes/contexts.ts'
import { addExchangeRoutes } from '../routes/exchange.ts'
import { addItemRoutes } from '../routes/items.ts'
import { addPoolRoutes } from '../routes/pools.ts'
import { addServiceRoutes } from '../routes/service.ts'
import { addStatisticsRoutes } from '../routes/statistics.ts'
import { addUpkeepRoutes } from '../routes/upkeep.ts'
import type { ServiceApp, ServiceEnvironment } from '../service-app.ts'
import { allowedMethods, noSuchRoute, optionsAnswer } from './other-methods.ts'
import { failureAnswer, requestFrame } from './request-frame.ts'
import { plainBodiesOnly, secretKeysOnly } from './secret-keys-only.ts'

/** How a part of a request is called when it is wrong as a whole. */
const ROOTS: Readonly<Record<string, string>> = { json: 'body', param: 'path' }

/** Everything but slates and events, still without routes: ids, headers, failures, and no way in without a secret key. */
export function managedApp(dependencies: ServiceDependencies): ServiceApp {
  const managed: ServiceApp = new OpenAPIHono<ServiceEnvironment>({
    defaultHook: (result) => {
      if (!result.success) throw inputProblem(result.error, ROOTS[result.target] ?? result.target)
    },
  })
  managed.use('*', requestFrame(dependencies))
  const allowedAt = allowedMethods(managed)
  managed.use('*', optionsAnswer(allowedAt))
  managed.use('/v1/*', secretKeysOnly(dependencies), ...plainBodiesOnly())
  managed.notFound((context) =>
    failureAnswer(noSuchRoute(context.req, allowedAt(context.req.path)), context, dependencies),
  )
  managed.onError((failure, context) => failureAnswer(failure, context, dependencies))
  return managed
}

/** What people and their programs manage the service with. */
export function addManagedRoutes(managed: ServiceApp, dependencies: ServiceDependencies): void {
  addContextRoutes(managed, dependencies)
  addItemRoutes(managed, dependencies)
  addPoolRoutes(managed, dependencies)
  addExchangeRoutes(managed, dependencies)
  addStatisticsRoutes(managed, dependencies)
  addAccessRoutes(managed, dependencies)
  addUpkeepRoutes(managed, dependencies)
  addServiceRoutes(managed, dependencies)
}
