import { hash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Budget } from '../../core/live/context-config.ts'
import type { ApiKey } from '../../ports/store/access.ts'
import { bearerKey } from '../admission.ts'
import {
  auditRoute,
  changeBudgetRoute,
  contextSpendRoute,
  createKeyRoute,
  getBudgetRoute,
  listKeysRoute,
  type madeKeySchema,
  revokeKeyRoute,
  type rotatedKeySchema,
  rotateKeyRoute,
  spendRoute,
} from '../contract/access.ts'
import { instantOf, instantOrNull } from '../contract/answers.ts'
import { withoutUndefined } from '../control/checked-config.ts'
import { existingContext } from '../control/context-lookup.ts'
import type { ServiceDependencies } from '../dependencies.ts'
import { hasEnded } from '../keys/key-ring.ts'
import { createKey, type MadeKey, type RotatedKey, revokeKey, rotateKey } from '../keys/manage-keys.ts'
import { answerSeal } from '../managed/answer-seal.ts'
import { auditEntry } from '../managed/audit-entry.ts'
import { cursors } from '../managed/cursors.ts'
import { entityTag, ifMatch, isUnchanged, mustMatch } from '../managed/entity-tags.ts'
import { type Created, once } from '../managed/idempotency.ts'
import { untilSettled } from '../managed/until-settled.ts'
import type { ServiceApp, ServiceEnvironment } from '../service-app.ts'

type MadeKeyAnswer = z.input<typeof madeKeySchema>
type RotatedKeyAnswer = z.input<typeof rotatedKeySchema>

const AUDIT_LIMIT = 50
const DAY_MS = 86_400_000

/** Who may do what and for how much: keys, budget, spend, audit. */
export function addAccessRoutes(managed: ServiceApp, dependencies: ServiceDependencies): void {
  const { store, keys, clock, random, hashes } = dependencies
  const { seal, open } = cursors(hashes)

  managed.openapi(listKeysRoute, async (c) =>
    c.json({ keys: (await store.keys()).map((key) => keyView(key, clock.now())) }, 200),
  )

  managed.openapi(createKeyRoute, async (c) => {
    const answer = await once<MadeKeyAnswer>(
      c,
      dependencies,
      async (keep) => {
        const nowMs = clock.now()
        const told = ({ key, text }: MadeKey): Created<MadeKeyAnswer> => ({
          status: 201,
          body: { ...keyView(key, nowMs), key: text },
        })
        const who = { by: c.get('apiKey').name, nowMs }
        const { origins = ['*'], ...rest } = c.req.valid('json')
        const wanted = { ...rest, origins: rest.kind === 'secret' ? [] : origins }
        return told(await createKey(store, keys, wanted, who, (made) => keep(told(made))))
      },
      sealOf(c),
    )
    return c.json(answer.body, 201, { ...answer.headers })
  })

  managed.openapi(rotateKeyRoute, async (c) => {
    const answer = await once<RotatedKeyAnswer>(
      c,
      dependencies,
      async (keep) => {
        const nowMs = clock.now()
        const { id } = c.req.valid('param')
        const { graceSeconds = 86_400 } = c.req.valid('json')
        const told = ({ key, text, replaces }: RotatedKey): Created<RotatedKeyAnswer> => {
          const body = { ...keyView(key, nowMs), key: text, replaces: keyView(replaces, nowMs) }
          return { status: 201, body }
        }
        const who = { by: c.get('apiKey').name, nowMs }
        return told(await rotateKey(store, keys, id, graceSeconds * 1000, who, (made) => keep(told(made))))
      },
      sealOf(c),
    )
    return c.json(answer.body, 201, { ...answer.headers })
  })

  managed.openapi(revokeKeyRoute, async (c) => {
    const nowMs = clock.now()
    const key = await revokeKey(store, keys, c.req.valid('param').id, { by: c.get('apiKey').name, nowMs })
    return c.json(keyView(key, nowMs), 200)
  })

  managed.openapi(spendRoute, async (c) => c.json(await spent(null, await store.budget()), 200))

  managed.openapi(contextSpendRoute, async (c) => {
    const { id, config } = await existingContext(store, c.req.valid('param').key)
    return c.json(await spent(id, config.budget), 200)
  })

  managed.openapi(getBudgetRoute, async (c) => {
    const budget = await store.budget()
    const tag = budgetTag(budget)
    c.header('ETag', tag)
    c.header('Cache-Control', 'private, no-cache')
    if (isUnchanged(c.req.valid('header')['if-none-match'], tag)) return c.body(null, 304)
    return c.json({ ...budget }, 200)
  })

  managed.openapi(changeBudgetRoute, async (c) => {
    const wanted = withoutUndefined(c.req.valid('json'))
    const condition = ifMatch(c.req.valid('header')['if-match'])
    const after = await untilSettled(async () => {
      const before = await store.budget()
      mustMatch(condition, budgetTag(before))
      const after: Budget = { ...before, ...wanted }
      if (isDeepStrictEqual(before, after)) return before
      const audit = auditEntry(c, clock.now(), 'budget-changed', null, { before, after })
      return (await store.setBudget(after, before, audit)) ? after : undefined
    })
    return c.json({ ...after }, 200, { ETag: budgetTag(after) })
  })

  managed.openapi(auditRoute, async (c) => {
    const { cursor, limit = AUDIT_LIMIT, context } = c.req.valid('query')
    const list = context === undefined ? 'audit' : `audit/${context}`
    const page = await store.audit({
      cursor: open(list, cursor) ?? null,
      limit,
      ...(context === undefined ? {} : { contextKey: context }),
    })
    const entries = page.entries.map(({ id, atMs, by, action, contextKey, details }) => ({
      id,
      at: instantOf(atMs),
      by,
      action,
      context: contextKey,
      details: { ...details },
    }))
    return c.json({ entries, next: seal(list, page.next) }, 200)
  })

  /** What only the request sent again can open. */
  function sealOf(c: Context<ServiceEnvironment>) {
    return answerSeal(bearerKey(c) ?? '', random)
  }

  async function spent(contextId: number | null, budget: Budget) {
    const nowMs = clock.now()
    const [today, inAll] = await Promise.all([
      store.spend(contextId, nowMs - (nowMs % DAY_MS)),
      store.spend(contextId, 0),
    ])
    return { today: { ...today }, inAll: { ...inAll }, budget: { ...budget } }
  }
}

function budgetTag(budget: Budget): string {
  return entityTag(hash('sha256', JSON.stringify(budget), 'hex').slice(0, 16))
}

function keyView(key: ApiKey, nowMs: number) {
  const { id, kind, name, origins, mayCreateContexts, createdAtMs, endsAtMs } = key
  return {
    id,
    kind,
    name,
    origins: [...origins],
    mayCreateContexts,
    createdAt: instantOf(createdAtMs),
    endsAt: instantOrNull(endsAtMs),
    isActive: !hasEnded(key, nowMs),
  }
}
