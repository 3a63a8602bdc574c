import { describeStore } from '../../testing/store-conformance.ts'
import { pgliteStore } from './pglite.ts'

describeStore('pglite', () => pgliteStore({ directory: null }))
