import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { directoryPlace } from '../faults/places.ts'
import { startService } from '../faults/service-process.ts'
import { until } from '../faults/until.ts'
import { ownTemporaryDirectory } from '../leave-nothing.ts'

/**
 * `npm run schemathesis -- --seed 1 --examples 10 [--phases coverage]`: Schemathesis, from PyPI,
 * against a node of its own with an embedded database and the grammar writer. Every answer must be one that
 * `/openapi.json` tells of, and none a server error. Imports are the node's own export, altered (`hooks.py`); live
 * views end after a second.
 */
const VERSION = '4.32.5'
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
]

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    examples: { type: 'string', default: '10' },
    phases: { type: 'string', default: 'examples,coverage,fuzzing' },
  },
})

const here = fileURLToPath(new URL('.', import.meta.url))
const packages = join(here, '../../node_modules/.cache', `schemathesis-${VERSION}`)
const program = join(packages, 'bin/schemathesis')
if (!existsSync(program)) {
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', packages]
  const code = await ended(
    spawn('python3', [...pip, `schemathesis==${VERSION}`], { stdio: ['ignore', 'inherit', 'inherit'] }),
  )
  if (code !== 0) throw new Error(`pip ended with ${code}`)
}

ownTemporaryDirectory()
const where = await directoryPlace()
const service = await startService({
  place: where.place,
  program: 'build',
  env: { FORAGE_RATE_LIMITS: 'off' },
})
try {
  const key = service.secretKey() ?? ''
  const items = ['Are vacuums loud at night?', 'Do vacuums need new bags often?', 'How heavy is a vacuum?']
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  for (const context of ['vacuums', 'spare']) {
    const body = JSON.stringify({ key: context, topic: 'Vacuums', items, config: { poolSize: 3 } })
    const made = await fetch(`${service.url}/v1/contexts`, { method: 'POST', headers, body })
    if (made.status !== 201) throw new Error(`no context: ${made.status} ${await made.text()}`)
  }
  let token: string | null = null
  await until('its pool is served', async () => {
    const slate = await fetch(`${service.url}/v1/contexts/vacuums/slate`, { headers })
    token = ((await slate.json()) as { token: string | null }).token
    return token !== null
  })
  const seen = JSON.stringify([{ id: 'seen', type: 'impression', token }])
  const stored = await fetch(`${service.url}/v1/events`, { method: 'POST', headers, body: seen })
  if (!(await stored.text()).includes('accepted')) throw new Error('no event')
  const exported = join(tmpdir(), 'export.ndjson')
  const records = await fetch(`${service.url}/v1/export?context=vacuums`, { headers })
  await writeFile(exported, await records.text())
  // Another key than the node's own, because one of the things to try is to revoke it.
  const made = await fetch(`${service.url}/v1/keys`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ kind: 'secret', name: 'schemathesis' }),
  })
  const own = ((await made.json()) as { key: string }).key
  process.exitCode = await ended(
    spawn(
      program,
      [
        ...['--config-file', join(here, 'schemathesis.toml'), 'run', `${service.url}/openapi.json`],
        ...['--seed', values.seed, '--max-examples', values.examples, '--phases', values.phases],
        ...['--checks', CHECKS.join(), '--request-timeout', '20'],
        ...['--header', `Authorization: Bearer ${own}`, '--continue-on-failure', '--no-color'],
      ],
      {
        // It keeps what it found beside where it runs.
        cwd: tmpdir(),
        stdio: ['ignore', 'inherit', 'inherit'],
        env: {
          ...process.env,
          PYTHONPATH: `${packages}:${here}`,
          PYTHONDONTWRITEBYTECODE: '1',
          SCHEMATHESIS_HOOKS: 'hooks',
          FORAGE_EXPORT: exported,
        },
      },
    ),
  )
  const errors = service.output().match(/^.*"level":"error".*$/gm) ?? []
  for (const line of new Set(errors)) process.stdout.write(`${line}\n`)
  if (errors.length > 0) process.exitCode = 1
} finally {
  await service.kill()
  await where.remove()
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
}
