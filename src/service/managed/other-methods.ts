import type { Context } from 'hono'
import { Problem } from '../problem.ts'
import type { ServiceApp, ServiceEnvironment } from '../service-app.ts'

/**
 * What to say where no route fits: 405 with the methods that the path has, else 404.
 *
 * @param app whose documented routes are looked through, when first asked
 */
export function otherMethods(app: ServiceApp): (context: Context<ServiceEnvironment>) => Problem {
  let resources: { readonly path: RegExp; readonly methods: readonly string[] }[] | undefined
  return (context) => {
    resources ??= resourcesOf(app)
    const { path, method } = context.req
    const methods = resources
      .filter((resource) => resource.path.test(path))
      .flatMap((resource) => resource.methods)
    if (methods.length === 0)
      return new Problem('route-unknown', 'There is nothing here; /reference lists what is.')
    const allowed = [...new Set(methods.includes('GET') ? [...methods, 'HEAD'] : methods)].sort().join(', ')
    return new Problem(
      'method-not-allowed',
      `There is no ${/^[A-Z]{1,20}$/.test(method) ? method : 'such method'} here; there is ${allowed}.`,
      {
        headers: { Allow: allowed },
      },
    )
  }
}

function resourcesOf(app: ServiceApp) {
  return app.openAPIRegistry.definitions.flatMap((definition) => {
    if (definition.type !== 'route') return []
    const { path, method } = definition.route
    // Parts in braces stand for one part of the path.
    const pattern = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')
    return [{ path: new RegExp(`^${pattern}$`), methods: [method.toUpperCase()] }]
  })
}
