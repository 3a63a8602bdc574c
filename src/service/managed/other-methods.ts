import type { HonoRequest, MiddlewareHandler } from 'hono'
import { Problem } from '../problem.ts'
import type { ServiceApp, ServiceEnvironment } from '../service-app.ts'

/**
 * The methods that a path has, sorted; none where there is no such path.
 *
 * @param app whose documented routes are looked through, when first asked
 */
export function allowedMethods(app: ServiceApp): (path: string) => readonly string[] {
  let resources: { readonly path: RegExp; readonly method: string }[] | undefined
  return (path) => {
    resources ??= resourcesOf(app)
    const methods = resources.filter((resource) => resource.path.test(path)).map(({ method }) => method)
    if (methods.length === 0) return []
    const more = methods.includes('GET') ? ['HEAD', 'OPTIONS'] : ['OPTIONS']
    return [...new Set([...methods, ...more])].sort()
  }
}

/** What to say where no route fits: 405 with the methods that the path has, else 404. */
export function noSuchRoute({ method }: HonoRequest, allowed: readonly string[]): Problem {
  if (allowed.length === 0) {
    return new Problem('route-unknown', 'There is nothing here; /reference lists what is.')
  }
  const name = /^[A-Z]{1,20}$/.test(method) ? method : 'such method'
  return new Problem('method-not-allowed', `There is no ${name} here; there is ${allowed.join(', ')}.`, {
    headers: { Allow: allowed.join(', ') },
  })
}

/**
 * Answers OPTIONS with the methods of the path, without a key: the description of the interface is open too. Pages of
 * other origins get no leave, so a browser's preflight ends here.
 */
export function optionsAnswer(
  allowedAt: (path: string) => readonly string[],
): MiddlewareHandler<ServiceEnvironment> {
  return async (context, next) => {
    const allowed = context.req.method === 'OPTIONS' ? allowedAt(context.req.path) : []
    if (allowed.length === 0) return next()
    return context.body(null, 204, { Allow: allowed.join(', ') })
  }
}

function resourcesOf(app: ServiceApp) {
  return app.openAPIRegistry.definitions.flatMap((definition) => {
    if (definition.type !== 'route') return []
    const { path, method } = definition.route
    // Parts in braces stand for one part of the path.
    const pattern = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')
    return [{ path: new RegExp(`^${pattern}$`), method: method.toUpperCase() }]
  })
}
