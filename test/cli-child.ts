import { runProcess } from '../src/cli/entry.ts'

// The real program in a process of its own, from its sources: for tests with signals, kills and pipes.
await runProcess()
