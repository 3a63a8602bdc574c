import type { Clock } from '../ports/clock.ts'

/** Resolves after a time. @throws the signal's reason when aborted before */
export function waitMs(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason)
    const onAbort = () => {
      cancel()
      reject(signal?.reason)
    }
    const cancel = clock.schedule(ms, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/**
 * What `call` gives, or the failure that `late` makes after a time. Its signal is aborted with that failure, or with
 * the reason of the outer one; this ends at once either way, also where the call does not listen.
 */
export async function within<T>(
  clock: Clock,
  ms: number,
  call: (signal: AbortSignal) => Promise<T>,
  late: () => Error,
  outer?: AbortSignal,
): Promise<T> {
  outer?.throwIfAborted()
  const own = new AbortController()
  const ended = new Promise<never>((_, reject) => {
    own.signal.addEventListener('abort', () => reject(own.signal.reason), { once: true })
  })
  const onAbort = () => own.abort(outer?.reason)
  outer?.addEventListener('abort', onAbort, { once: true })
  const cancel = clock.schedule(ms, () => own.abort(late()))
  const running = call(own.signal)
  // The race may end without it; a failure that comes after is nobody's.
  running.catch(() => {})
  try {
    return await Promise.race([running, ended])
  } finally {
    cancel()
    outer?.removeEventListener('abort', onAbort)
    ended.catch(() => {})
  }
}
