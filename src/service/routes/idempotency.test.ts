import { beforeEach, describe, expect, test } from 'vitest'
import { ForageError } from '../../core/errors.ts'
import { type Managing, managing } from '../../testing/managing.ts'

const TEXTS = ['Is a vacuum loud?', 'Does it need bags?', 'Who repairs vacuums?', 'Is it heavy?']

let service: Managing
beforeEach(async () => {
  service = await managing()
  await service.context('vacuums', TEXTS)
  const { body } = await service.ask('POST', '/v1/keys', { kind: 'publishable', name: 'page' })
  pageKey = body.id
  // Places to import into, and an old version to go back to.
  await service.ask('PATCH', `${AT}/items/i3`, { standing: 'banned' })
  await service.ask('POST', `${AT}/items/i2/edit`, { text: 'Who mends vacuums?' })
})

let pageKey: string
const AT = '/v1/contexts/vacuums/arms/live'

/** Every route that makes something, and the store's method that does it. */
const MAKING = [
  ['POST', '/v1/contexts', { key: 'brooms', topic: 'Brooms' }, 'createContext'],
  ['POST', '/v1/contexts', { key: 'mops', topic: 'Mops', items: TEXTS }, 'createContext'],
  ['POST', `${AT}/items`, { items: [{ text: 'Does a vacuum clean itself?' }] }, 'commitPool'],
  ['POST', `${AT}/items/i1/edit`, { text: 'Does a vacuum need new bags?' }, 'commitPool'],
  ['POST', `${AT}/rollback`, { version: 1 }, 'commitPool'],
  ['POST', '/v1/keys', { kind: 'secret', name: 'ops' }, 'addKey'],
  ['POST', '/v1/keys/PAGE/rotate', { graceSeconds: 60 }, 'rotateKey'],
] as const

/** Another request of the same kind. */
function otherThan(body: object): object {
  const [[name, value] = ['', '']] = Object.entries(body).reverse()
  const other =
    typeof value === 'number' ? value + 1 : Array.isArray(value) ? value.slice(0, 3) : `${value} too`
  return name === 'items' && typeof (value as unknown[])[0] === 'object'
    ? { ...body, place: 'worst' }
    : { ...body, [name]: other }
}

describe.each(MAKING)('%s %s', (method, path, body, storeMethod) => {
  const once = { 'idempotency-key': 'once' }
  const ask = (asked: object = body) => service.ask(method, path.replace('PAGE', pageKey), asked, once)

  test('sent again gives the first answer, and makes nothing again', async () => {
    const first = await ask()
    expect([200, 201]).toContain(first.status)
    const audited = await auditLines()
    const again = await ask()
    expect([again.status, again.body]).toEqual([first.status, first.body])
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'))
    expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true'])
    expect(await auditLines()).toEqual(audited)
    const other = await ask(otherThan(body))
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
  })

  // What a crash leaves: the change is committed, nothing after it was done, and nobody was told.
  test('when the node dies right after the change the answer is there for who asks again', async () => {
    const { store } = service
    const real = store[storeMethod] as (...given: unknown[]) => Promise<unknown>
    const dead = () => new Promise<never>(() => undefined)
    let isDone: () => void = () => undefined
    const done = new Promise<void>((resolve) => {
      isDone = resolve
    })
    Object.assign(store, {
      [storeMethod]: async (...given: unknown[]) => {
        await real(...given)
        isDone()
        return dead()
      },
    })
    void ask()
    await done
    Object.assign(store, { [storeMethod]: real })
    const audited = await auditLines()
    const again = await ask()
    expect([200, 201]).toContain(again.status)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await auditLines()).toEqual(audited)
    // Nodes read what others made in the background.
    await service.dependencies.keys.refresh()
    await service.dependencies.serving.refresh()
    await isAsTold(again.body)
  })

  test('when the answer of the store is lost the request may be sent again', async () => {
    const { store } = service
    const real = store[storeMethod] as (...given: unknown[]) => Promise<unknown>
    Object.assign(store, {
      [storeMethod]: async (...given: unknown[]) => {
        await real(...given)
        throw new ForageError('store-unavailable', 'lost', { isRetryable: true })
      },
    })
    expect((await ask()).status).toBe(503)
    Object.assign(store, { [storeMethod]: real })
    const again = await ask()
    expect([200, 201]).toContain(again.status)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
  })

  test('when the node dies before the change it is made a minute later, by one node only', async () => {
    const { store, clock } = service
    const real = store[storeMethod] as (...given: unknown[]) => Promise<unknown>
    let goOn: () => Promise<unknown> = async () => undefined
    const asked = new Promise<void>((resolve) => {
      Object.assign(store, {
        [storeMethod]: (...given: unknown[]) => {
          goOn = () => real(...given)
          resolve()
          return new Promise<never>(() => undefined)
        },
      })
    })
    void ask()
    await asked
    Object.assign(store, { [storeMethod]: real })
    expect(await ask()).toMatchObject({ status: 409, body: { code: 'idempotency-in-progress' } })
    await clock.advance(61_000)
    const late = await ask()
    expect([200, 201]).toContain(late.status)
    expect(late.headers.get('idempotency-replayed')).toBeNull()
    const audited = await auditLines()
    // The first was only slow: its claim has passed on, so it changes nothing. A pool has moved on besides.
    await goOn().catch(({ code }) => expect(code).toBe('claim-lost'))
    expect(await auditLines()).toEqual(audited)
  })
})

test('the answer that holds a key cannot be read in the store, and is opened by its own request only', async () => {
  const kept: string[] = []
  const { addKey } = service.store
  service.store.addKey = (key, audit, answer) => {
    kept.push(answer?.body ?? '')
    return addKey(key, audit, answer)
  }
  const make = (headers = {}) =>
    service.ask('POST', '/v1/keys', { kind: 'secret', name: 'ops' }, { 'idempotency-key': 'k', ...headers })
  const { body } = await make()
  expect(kept).toEqual([expect.stringMatching(/^[\w-]{200,}$/)])
  expect(Buffer.from(kept[0] ?? '', 'base64url').toString('latin1')).not.toContain(body.id)
  expect((await make()).body.key).toBe(body.key)
  // Another key has idempotency keys of its own.
  expect((await make({ authorization: `Bearer ${body.key}` })).body.key).not.toBe(body.key)
})

test('the first pool is made with its context: nobody can come in between', async () => {
  service.store.commitPool = () => Promise.reject(new Error('a second transaction'))
  const made = await service.ask('POST', '/v1/contexts', { key: 'mops', topic: 'Mops', items: TEXTS })
  expect(made.status).toBe(201)
  const { body } = await service.ask('GET', '/v1/contexts/mops/arms/live/items')
  expect(body.items.map(({ text, isLive }: { text: string; isLive: boolean }) => [text, isLive])).toEqual(
    TEXTS.map((text) => [text, true]),
  )
  expect((await service.ask('GET', '/v1/contexts/mops')).body).toEqual(made.body)
})

async function auditLines(): Promise<string[]> {
  return (await service.store.audit({ cursor: null, limit: 100 })).entries.map(({ id }) => id)
}

/** What an answer tells of is there. */
async function isAsTold(body: {
  key?: string
  config?: object
  id?: string
  version?: number
}): Promise<void> {
  if (body.config !== undefined) {
    expect((await service.ask('GET', `/v1/contexts/${body.key}`)).body).toEqual(body)
  } else if (body.key !== undefined) {
    const { keys } = service.dependencies
    expect(keys.find(body.key, service.clock.now())?.id).toBe(body.id)
  } else {
    const [live] = (await service.ask('GET', '/v1/contexts/vacuums/arms')).body.arms
    expect(live.version).toBe(body.version)
  }
}
