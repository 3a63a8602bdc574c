import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { admit, bearerKey, headerOf } from '../admission.ts'
import type { ServiceDependencies } from '../dependencies.ts'
import { Problem } from '../problem.ts'
import type { ServiceEnvironment } from '../service-app.ts'

/** Bytes of a body; the longest article in the widest letters, or a task with all its shots, fit several times. */
export const BODY_BYTES_MAX = 2 * 1024 * 1024

/** What publishable keys are for: it is answered before, with the methods that it has. */
const FOR_PAGES = /^\/v1\/(events|contexts\/[^/]+\/slate)$/

/**
 * Lets pass what comes with a secret key and within its rate.
 *
 * Every answer tells how much of the rate is left (`RateLimit`, as the draft of the IETF has it).
 *
 * A browser would send a secret key only from a page that holds it, so pages of other origins get no leave to read.
 */
export function secretKeysOnly(dependencies: ServiceDependencies): MiddlewareHandler<ServiceEnvironment> {
  return async (context, next) => {
    const nowMs = dependencies.clock.now()
    const { key, network } = admit(context, bearerKey(context), 'manage', nowMs, dependencies)
    // Nothing is served here but the answer that the method is wrong.
    const isForPages = FOR_PAGES.test(context.req.path)
    if (key.kind !== 'secret' && !isForPages) {
      throw new Problem(
        'key-forbidden',
        `${key.id} is publishable: it may ask for slates and send events only.`,
      )
    }
    context.set('apiKey', key)
    await next()
    const left = dependencies.limits.left('manage', key, network, nowMs)
    if (left === null) return
    const { headers } = context.res
    headers.set('RateLimit-Policy', `"manage";q=${left.burst};w=${left.windowSeconds}`)
    headers.set('RateLimit', `"manage";r=${left.uses};t=${left.fullInSeconds}`)
  }
}

/** Reads its body line by line and has a limit of its own. */
const UNLIMITED_PATH = '/v1/import'

/** Refuses bodies that are too large, or packed. */
export function plainBodiesOnly(): readonly MiddlewareHandler<ServiceEnvironment>[] {
  const limit = bodyLimit({
    maxSize: BODY_BYTES_MAX,
    onError: () => {
      throw new Problem('body-too-large', `Send at most ${BODY_BYTES_MAX} bytes at once.`)
    },
  })
  return [
    async (context, next) => {
      const encoding = headerOf(context, 'content-encoding')
      if (encoding !== undefined && encoding !== '' && encoding.toLowerCase() !== 'identity') {
        throw new Problem('media-type-unknown', 'Send the body as it is, without Content-Encoding.', {
          field: 'Content-Encoding',
        })
      }
      await next()
    },
    (context, next) =>
      context.req.path === UNLIMITED_PATH
        ? next()
        : (limit as MiddlewareHandler<ServiceEnvironment>)(context, next),
  ]
}
