import { ForageError } from '../core/errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { Lease } from '../ports/store/leases.ts'
import type { OptimizerStore } from './optimizer-options.ts'

/** The arm has passed to another node, or may have: nothing more may be done to it here. */
export class LeaseLostError extends ForageError {
  constructor() {
    super('lease-lost', 'another node has taken the arm over', { isRetryable: true })
  }
}

/**
 * Renews a lease each third of its time, for as long as writing takes. When it has passed to another node, or could
 * not be renewed before it ended, `signal` is aborted with a LeaseLostError; when `outer` is aborted, with its reason.
 */
export function keepLease(
  store: Pick<OptimizerStore, 'renewLease'>,
  clock: Clock,
  lease: Lease,
  leaseMs: number,
  outer: AbortSignal,
): { readonly signal: AbortSignal; readonly stop: () => void } {
  const own = new AbortController()
  let untilMs = lease.untilMs
  let isStopped = false
  let cancel = () => {}

  const renew = async () => {
    const next = clock.now() + leaseMs
    try {
      if (await store.renewLease(lease, next)) untilMs = next
      else own.abort(new LeaseLostError())
    } catch {
      // The store may be back before the lease ends.
    }
    if (isStopped || own.signal.aborted) return
    if (clock.now() >= untilMs) own.abort(new LeaseLostError())
    else schedule()
  }
  const schedule = () => {
    cancel = clock.schedule(Math.ceil(leaseMs / 3), () => void renew())
  }

  const onAbort = () => own.abort(outer.reason)
  if (outer.aborted) onAbort()
  else outer.addEventListener('abort', onAbort, { once: true })
  schedule()
  return {
    signal: own.signal,
    stop() {
      isStopped = true
      cancel()
      outer.removeEventListener('abort', onAbort)
    },
  }
}
