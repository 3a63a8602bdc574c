import type { Budget } from '../../core/live/context-config.ts'
import type { ApiKey } from '../../ports/store/access.ts'
import {
  auditRoute,
  changeBudgetRoute,
  contextSpendRoute,
  createKeyRoute,
  getBudgetRoute,
  listKeysRoute,
  revokeKeyRoute,
  rotateKeyRoute,
  spendRoute,
} from '../contract/access.ts'
import { instantOf, instantOrNull } from '../contract/answers.ts'
import { withoutUndefined } from '../control/checked-config.ts'
import { existingContext } from '../control/context-lookup.ts'
import type { ServiceDependencies } from '../dependencies.ts'
import { hasEnded } from '../keys/key-ring.ts'
import { createKey, revokeKey, rotateKey } from '../keys/manage-keys.ts'
import { auditEntry } from '../managed/audit-entry.ts'
import { cursors } from '../managed/cursors.ts'
import type { ServiceApp } from '../service-app.ts'

const AUDIT_LIMIT = 50
const DAY_MS = 86_400_000

/** Who may do what and for how much: keys, budget, spend, audit. */
export function addAccessRoutes(managed: ServiceApp, dependencies: ServiceDependencies): void {
  const { store, keys, clock, hashes } = dependencies
  const { seal, open } = cursors(hashes)

  managed.openapi(listKeysRoute, async (c) =>
    c.json({ keys: (await store.keys()).map((key) => keyView(key, clock.now())) }, 200),
  )

  managed.openapi(createKeyRoute, async (c) => {
    const nowMs = clock.now()
    const made = await createKey(store, keys, c.req.valid('json'), c.get('apiKey').name, nowMs)
    return c.json({ ...keyView(made.key, nowMs), key: made.text }, 201)
  })

  managed.openapi(rotateKeyRoute, async (c) => {
    const nowMs = clock.now()
    const { id } = c.req.valid('param')
    const { graceSeconds = 86_400 } = c.req.valid('json')
    const made = await rotateKey(store, keys, id, graceSeconds * 1000, c.get('apiKey').name, nowMs)
    const replaces = keyView(keys.get(id) as ApiKey, nowMs)
    return c.json({ ...keyView(made.key, nowMs), key: made.text, replaces }, 201)
  })

  managed.openapi(revokeKeyRoute, async (c) => {
    const nowMs = clock.now()
    const key = await revokeKey(store, keys, c.req.valid('param').id, c.get('apiKey').name, nowMs)
    return c.json(keyView(key, nowMs), 200)
  })

  managed.openapi(spendRoute, async (c) => c.json(await spent(null, await store.budget()), 200))

  managed.openapi(contextSpendRoute, async (c) => {
    const { id, config } = await existingContext(store, c.req.valid('param').key)
    return c.json(await spent(id, config.budget), 200)
  })

  managed.openapi(getBudgetRoute, async (c) => c.json({ ...(await store.budget()) }, 200))

  managed.openapi(changeBudgetRoute, async (c) => {
    const before = await store.budget()
    const after: Budget = { ...before, ...withoutUndefined(c.req.valid('json')) }
    await store.setBudget(after, auditEntry(c, clock.now(), 'budget-changed', null, { before, after }))
    return c.json({ ...after }, 200)
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

  async function spent(contextId: number | null, budget: Budget) {
    const nowMs = clock.now()
    const [today, inAll] = await Promise.all([
      store.spend(contextId, nowMs - (nowMs % DAY_MS)),
      store.spend(contextId, 0),
    ])
    return { today: { ...today }, inAll: { ...inAll }, budget: { ...budget } }
  }
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
