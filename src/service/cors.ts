/** What a page of another origin may read of an answer's headers. */
export const EXPOSED_HEADERS = 'retry-after, x-request-id'

/**
 * Before a page of another origin sends a key, its browser asks whether it may. The question does not carry the key,
 * so it is answered for every origin; whether the key may be used from there is decided when it comes.
 */
export function preflight(method: 'GET' | 'POST'): Response {
  return new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': method,
      'access-control-allow-headers': 'authorization, content-type, content-encoding',
      'access-control-max-age': '86400',
    },
  })
}

/** Headers that let a page of `origin` read the answer. */
export function corsHeaders(origin: string): Record<string, string> {
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': EXPOSED_HEADERS,
    vary: 'Origin',
  }
}
