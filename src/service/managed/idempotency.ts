import { hash } from 'node:crypto'
import type { Context } from 'hono'
import type { ServiceDependencies } from '../dependencies.ts'
import { Problem } from '../problem.ts'
import type { ServiceEnvironment } from '../service-app.ts'

/** What a creating route answers; kept and given again. */
export interface Created<T> {
  readonly status: 200 | 201
  readonly body: T
  readonly headers?: Readonly<Record<string, string>>
}

/** A claim whose node died is given up after this time. */
const CLAIM_MS = 60_000

/**
 * Does `act` once for an `Idempotency-Key`: the same request sent again gets the first answer. Without the header it
 * just acts. A request that failed is not kept, so that it can be tried again.
 *
 * @throws Problem `idempotency-key-reused`, `idempotency-in-progress`
 */
export async function once<T>(
  context: Context<ServiceEnvironment>,
  { store, clock }: Pick<ServiceDependencies, 'store' | 'clock'>,
  act: () => Promise<Created<T>>,
): Promise<Created<T>> {
  const key = context.req.header('idempotency-key')
  if (key === undefined) return act()
  const scope = context.get('apiKey').id
  const nowMs = clock.now()
  const request = await requestHash(context)
  const claim = () => store.idempotent(scope, key, `${request}@${nowMs}`, nowMs)
  let kept = await claim()
  if (kept?.status === null && nowMs - claimedAtMs(kept.requestHash) > CLAIM_MS) {
    await store.dropIdempotent(scope, key)
    kept = await claim()
  }
  if (kept === undefined) return keptAnswer(await acted())
  if (kept.requestHash.split('@')[0] !== request) {
    throw new Problem('idempotency-key-reused', 'Another request had this key; make a new one.', {
      field: 'Idempotency-Key',
    })
  }
  if (kept.status === null || kept.body === null) {
    throw new Problem('idempotency-in-progress', 'Send it again a little later.', {
      headers: { 'Retry-After': '1' },
    })
  }
  const { body, headers } = JSON.parse(kept.body) as { body: T; headers: Record<string, string> }
  return { status: kept.status as 200 | 201, body, headers: { ...headers, 'Idempotency-Replayed': 'true' } }

  async function acted(): Promise<Created<T>> {
    try {
      return await act()
    } catch (failure) {
      await store.dropIdempotent(scope, key as string)
      throw failure
    }
  }

  async function keptAnswer(created: Created<T>): Promise<Created<T>> {
    const { status, body, headers = {} } = created
    await store.keepIdempotent(scope, key as string, status, JSON.stringify({ body, headers }))
    return created
  }
}

/** Of what was asked, word for word. */
async function requestHash({ req }: Context<ServiceEnvironment>): Promise<string> {
  return hash('sha256', `${req.method} ${req.path}\n${await req.text()}`, 'hex')
}

function claimedAtMs(requestHash: string): number {
  return Number(requestHash.split('@')[1] ?? 0)
}
