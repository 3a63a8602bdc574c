import { documentRoute, healthRoute, metricsRoute, readyRoute, referenceRoute } from '../contract/service.ts'
import type { ServiceDependencies } from '../dependencies.ts'
import { secretKeysOnly } from '../managed/secret-keys-only.ts'
import { openApiDocument } from '../reference/open-api-document.ts'
import { referencePage } from '../reference/reference-page.ts'
import type { ServiceApp } from '../service-app.ts'

/** The service about itself: alive, ready, metrics, its interface. To be added last, when all routes are known. */
export function addServiceRoutes(managed: ServiceApp, dependencies: ServiceDependencies): void {
  const { health, metrics, version } = dependencies
  managed.openapi(healthRoute, (c) => c.json({ status: 'ok' as const }, 200))

  managed.openapi(readyRoute, async (c) => {
    const readiness = await health.check()
    return readiness.isReady
      ? c.json({ ...readiness }, 200)
      : c.json({ ...readiness }, 503, { 'Retry-After': '1' })
  })

  managed.use('/metrics', secretKeysOnly(dependencies))
  managed.openapi(metricsRoute, async (c) =>
    c.text(await metrics.text(), 200, { 'Content-Type': metrics.contentType }),
  )

  managed.openapi(documentRoute, (c) => {
    c.header('Cache-Control', 'public, max-age=300')
    return c.json({ ...document() }, 200)
  })

  managed.openapi(referenceRoute, (c) => {
    const { html, contentPolicy } = page()
    return c.body(html, 200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': contentPolicy,
      'Cache-Control': 'public, max-age=300',
    })
  })

  // Made when first asked for: most processes never are.
  const document = lazily(() => openApiDocument(managed, version))
  const page = lazily(() => referencePage(document()))
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
