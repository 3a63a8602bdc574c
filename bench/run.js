#!/usr/bin/env node
// Benches are TypeScript like the rest, so that their types are checked; what they measure is the build in dist/.
import { register } from 'tsx/esm/api'

register()
// Rounds that fail or are interrupted leave no databases behind.
const { ownTemporaryDirectory } = await import('../test/leave-nothing.ts')
ownTemporaryDirectory()
const { main } = await import('./harness/main.ts')
process.exitCode = await main(process.argv.slice(2))
