import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'

/** Headers of a request, for the context of its caller's trace. */
const HEADERS = {
  keys: (headers: Headers) => [...headers.keys()],
  get: (headers: Headers, name: string) => headers.get(name) ?? undefined,
}

/**
 * Does a request's work within a span, by OpenTelemetry's conventions for HTTP servers; the span goes on with the
 * caller's trace. Without an OpenTelemetry SDK in the process it does nothing.
 */
export function withinRequestSpan<T>(request: Request, act: (span: Span) => Promise<T>): Promise<T> {
  const { method, headers } = request
  const parent = propagation.extract(context.active(), headers, HEADERS)
  const options = { kind: SpanKind.SERVER, attributes: { 'http.request.method': method } }
  return trace.getTracer('forage').startActiveSpan(method, options, parent, async (span) => {
    try {
      return await act(span)
    } finally {
      span.end()
    }
  })
}

/** What is known once a request was answered. @param route its pattern, which names the span */
export function toldToSpan(span: Span, method: string, route: string, status: number): void {
  span.updateName(`${method} ${route}`)
  span.setAttributes({ 'http.route': route, 'http.response.status_code': status })
  if (status >= 500) {
    span.setAttribute('error.type', String(status))
    span.setStatus({ code: SpanStatusCode.ERROR })
  }
}
