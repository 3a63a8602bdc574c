/**
 * Does `work` for each job, at most `atOnce` at a time, beginning them in order. The first failure stops the others
 * and is thrown once they have ended, so that nothing goes on behind the caller's back.
 *
 * @param atOnce whole number of at least 1
 * @param work takes a signal that is aborted when the whole is
 * @param options.letsOthersEnd true for a failure after which nothing more is begun, but what goes on may end by
 * itself: where the budget is spent, answers under way are paid for and are waited for
 * @throws the first failure, or the reason of `options.signal`
 */
export async function sideBySide<Job>(
  jobs: Iterable<Job>,
  atOnce: number,
  work: (job: Job, signal: AbortSignal) => Promise<void>,
  options: { readonly signal?: AbortSignal; readonly letsOthersEnd?: (error: unknown) => boolean } = {},
): Promise<void> {
  const { signal, letsOthersEnd } = options
  if (!(Number.isInteger(atOnce) && atOnce >= 1)) {
    throw new RangeError(`atOnce: must be a whole number of at least 1, got ${atOnce}`)
  }
  const stop = new AbortController()
  const onAbort = () => stop.abort(signal?.reason)
  if (signal?.aborted === true) onAbort()
  signal?.addEventListener('abort', onAbort)
  const waiting = jobs[Symbol.iterator]()
  let failure: { readonly error: unknown } | undefined
  const lane = async () => {
    while (!stop.signal.aborted && failure === undefined) {
      const next = waiting.next()
      if (next.done === true) return
      try {
        await work(next.value, stop.signal)
      } catch (error) {
        failure ??= { error }
        if (letsOthersEnd?.(error) !== true) stop.abort(error)
      }
    }
  }
  try {
    await Promise.all(Array.from({ length: atOnce }, lane))
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
  signal?.throwIfAborted()
  if (failure !== undefined) throw failure.error
}
