import { hash } from 'node:crypto'
import type { Context } from 'hono'
import { ForageError } from '../../core/errors.ts'
import type { IdempotentAnswer } from '../../ports/store/idempotency.ts'
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

/** The answer as the store keeps it with what is made; undefined where the request has no `Idempotency-Key`. */
export type Keep<T> = (created: Created<T>) => IdempotentAnswer | undefined

/** Turns an answer into what is kept, and back: for answers that hold a secret. */
export interface AnswerSeal {
  seal(text: string): string
  open(sealed: string): string
}

const PLAIN: AnswerSeal = { seal: (text) => text, open: (text) => text }

/**
 * Does `act` once for an `Idempotency-Key`: the same request sent again gets the first answer. Without the header it
 * just acts. `act` hands what `keep` gives to the store, which keeps the answer in the transaction of the change: a
 * node that dies in between has either done nothing or answered. A request that failed is not kept, so that it can
 * be tried again.
 *
 * @throws Problem `idempotency-key-reused`, `idempotency-in-progress`
 */
export async function once<T>(
  context: Context<ServiceEnvironment>,
  { store, clock }: Pick<ServiceDependencies, 'store' | 'clock'>,
  act: (keep: Keep<T>) => Promise<Created<T>>,
  { seal, open }: AnswerSeal = PLAIN,
): Promise<Created<T>> {
  const key = context.req.header('idempotency-key')
  if (key === undefined) return act(() => undefined)
  const scope = context.get('apiKey').id
  const nowMs = clock.now()
  const request = await requestHash(context)
  const claim = { scope, key, requestHash: `${request}@${nowMs}` }
  let kept = await store.idempotent(claim, nowMs)
  if (kept?.status === null && nowMs - claimedAtMs(kept.requestHash) > CLAIM_MS) {
    await store.dropIdempotent({ scope, key, requestHash: kept.requestHash })
    kept = await store.idempotent(claim, nowMs)
  }
  if (kept === undefined) return acted()
  if (kept.requestHash.split('@')[0] !== request) {
    throw new Problem('idempotency-key-reused', 'Another request had this key; make a new one.', {
      field: 'Idempotency-Key',
    })
  }
  if (kept.status === null || kept.body === null) throw inProgress()
  const { body, headers } = JSON.parse(open(kept.body)) as { body: T; headers: Record<string, string> }
  return { status: kept.status as 200 | 201, body, headers: { ...headers, 'Idempotency-Replayed': 'true' } }

  async function acted(): Promise<Created<T>> {
    const keep = ({ status, body, headers = {} }: Created<T>) => ({
      ...claim,
      status,
      body: seal(JSON.stringify({ body, headers })),
    })
    try {
      const created = await act(keep)
      // Where nothing had to be changed, nothing was kept yet.
      await store.keepIdempotent(keep(created))
      return created
    } catch (failure) {
      // What has an answer stays; where the store is away the claim ends by itself.
      await store.dropIdempotent(claim).catch(() => undefined)
      if (failure instanceof ForageError && failure.code === 'claim-lost') throw inProgress()
      throw failure
    }
  }
}

function inProgress(): Problem {
  return new Problem('idempotency-in-progress', 'Send it again a little later.', {
    headers: { 'Retry-After': '1' },
  })
}

/** Of what was asked, word for word. */
async function requestHash({ req }: Context<ServiceEnvironment>): Promise<string> {
  return hash('sha256', `${req.method} ${req.path}\n${await req.text()}`, 'hex')
}

function claimedAtMs(requestHash: string): number {
  return Number(requestHash.split('@')[1] ?? 0)
}
