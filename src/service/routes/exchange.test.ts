import { expect, test } from 'vitest'
import { ageStore, liveOn } from '../../testing/lived-store.ts'
import { managing } from '../../testing/managing.ts'

const NDJSON = { 'content-type': 'application/x-ndjson' }

async function livedService() {
  const service = await managing()
  await liveOn(service.store, 'vacuums', 1)
  await liveOn(service.store, 'article/2', 2)
  await ageStore(service.store)
  return service
}

test('an export over HTTP is imported by another service, which serves it at once', async () => {
  const from = await livedService()
  const answer = await from.ask('GET', '/v1/export?context=vacuums')
  expect(answer).toMatchObject({ status: 200 })
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson')
  expect(answer.body).not.toContain('article/2')
  expect(answer.body).not.toContain('fk_')
  expect((await from.store.audit({ cursor: null, limit: 1 })).entries).toMatchObject([
    { action: 'data-exported', contextKey: 'vacuums' },
  ])

  const to = await managing({ seed: 2 })
  const imported = await to.ask('POST', '/v1/import', answer.body, NDJSON)
  expect(imported).toMatchObject({
    status: 200,
    body: { tasks: [], contexts: [{ key: 'vacuums', outcome: 'imported', items: 12 }] },
  })
  const slate = await to.get('/v1/contexts/vacuums/slate?visitor=abc')
  expect(await slate.json()).toMatchObject({ context: 'vacuums', items: [{}, {}, {}] })
  const again = await to.ask('POST', '/v1/import', answer.body, NDJSON)
  expect(again.body.contexts).toMatchObject([{ outcome: 'kept', events: 0 }])
  const { entries } = await to.store.audit({ contextKey: 'vacuums', cursor: null, limit: 9 })
  expect(entries.map(({ action }) => action)).toEqual(['context-import-finished', 'context-imported'])
})

test('an import may be larger than other bodies, and is refused by the line', async () => {
  const { ask } = await managing()
  const filler = `${' '.repeat(1023)}\n`.repeat(3000)
  const broken = await ask('POST', '/v1/import', `${filler}{"record":"forage-export"}\n`, NDJSON)
  expect(broken).toMatchObject({ status: 400, body: { code: 'bad-input', field: 'body:3001: format' } })
  expect((await ask('POST', '/v1/import', '[]')).status).toBe(415)
  expect((await ask('GET', '/v1/export?context=none')).body.code).toBe('context-unknown')
})

test('neither is for publishable keys', async () => {
  const { get, post } = await managing()
  expect((await get('/v1/export')).status).toBe(403)
  expect((await post('/v1/import', {})).status).toBe(403)
})
