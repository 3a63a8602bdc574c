import { afterAll } from 'vitest'
import { postgresqlDatabase } from '../../src/adapters/store/postgresql.ts'
import { type TestDatabase, testDatabase } from '../postgresql.ts'
import { describeRoutes } from './routes-on-store.ts'

let place: TestDatabase | undefined
// Hooks run the other way round at the end: the connections are closed before.
afterAll(() => place?.drop())

describeRoutes('postgresql', async () => {
  place = await testDatabase()
  return postgresqlDatabase({ url: place.url })
})
