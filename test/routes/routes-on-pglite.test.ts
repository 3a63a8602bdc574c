import { pgliteDatabase } from '../../src/adapters/store/pglite.ts'
import { describeRoutes } from './routes-on-store.ts'

describeRoutes('pglite', () => pgliteDatabase(null))
