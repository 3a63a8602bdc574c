import { afterAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/postgresql.ts'
import { describeStore } from '../../testing/store-conformance.ts'
import { postgresqlStore } from './postgresql.ts'

let database: TestDatabase | undefined
afterAll(() => database?.drop())

describeStore('postgresql', async () => {
  database = await testDatabase()
  return postgresqlStore({ url: database.url })
})

describe('postgresql', () => {
  test('nodes that start at once bring the schema up to date once', async () => {
    const fresh = await testDatabase()
    const stores = Array.from({ length: 4 }, () => postgresqlStore({ url: fresh.url }))
    await Promise.all(stores.map((store) => store.migrate()))
    await Promise.all(stores.map((store) => store.close()))
    await fresh.drop()
  })

  test('a server that is not there is unavailable', async () => {
    const store = postgresqlStore({ url: 'postgres://nobody@127.0.0.1:1/none' })
    await expect(store.ping()).rejects.toMatchObject({ code: 'store-unavailable', isRetryable: true })
    await store.close()
  })
})
