import { fromBuild } from '../harness/from-build.ts'

// A node of the service over a directory that `contexts.ts` has filled. Said on standard output: where it listens.
const { startService } = await fromBuild<typeof import('../../src/compose/service.ts')>('compose/service.js')
const { serviceSettings } = await fromBuild<typeof import('../../src/compose/service-settings.ts')>(
  'compose/service-settings.js',
)
const [, , directory = ''] = process.argv
const started = performance.now()
const service = await startService(
  // The limits are counted as ever, and never reached.
  serviceSettings(
    { data: directory, port: '0', writer: 'grammar' },
    { FORAGE_RATE_LIMITS: '1000', FORAGE_LOG_LEVEL: 'warn' },
  ),
  {
    env: {},
    note: () => {},
    log: (line) => process.stderr.write(line),
    signal: new AbortController().signal,
  },
  'bench',
)
const startMs = performance.now() - started
console.log(JSON.stringify({ port: Number(new URL(service.url).port), startMs, contexts: service.contexts }))
process.on('SIGTERM', () => void service.stop())
