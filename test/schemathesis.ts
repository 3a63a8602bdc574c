/**
 * Asks a node everything that its own OpenAPI document allows, and much that it does not, with Schemathesis
 * (`pip install schemathesis`): no failure of the service's, no answer that is not documented.
 *
 * npm run schemathesis -- [--max-examples 50]
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
]
const SEED = '1'

const directory = mkdtempSync(join(tmpdir(), 'forage-schemathesis-'))
const node = spawn(
  process.execPath,
  ['bin/forage.js', 'serve', '--data', directory, '--port', '0', '--writer', 'grammar'],
  {
    env: { ...process.env, FORAGE_RATE_LIMITS: 'off', FORAGE_LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  },
)
let status = 1
try {
  const { url, secret } = await started()
  const ask = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
    const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as { key: string }
  }
  const items = ['Is a vacuum loud?', 'Does it need bags?', 'Who repairs vacuums?']
  await ask('/v1/contexts', { key: 'vacuums', topic: 'Vacuums', items })
  // Another key than the node's own, because one of the things to try is to revoke it.
  const { key } = await ask('/v1/keys', { kind: 'secret', name: 'schemathesis' })
  status = await schemathesis(url, key)
} finally {
  node.kill('SIGTERM')
  await new Promise((resolve) => node.once('exit', resolve))
  rmSync(directory, { recursive: true, force: true })
}
process.exitCode = status

/** The node's address and first secret key, from what it prints. */
function started(): Promise<{ url: string; secret: string }> {
  return new Promise((resolve, reject) => {
    let text = ''
    node.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const url = /listens\s+(http:\S+)/.exec(text)?.[1]
      const secret = /(fk_sec_\w+)/.exec(text)?.[1]
      if (url !== undefined && secret !== undefined && text.includes('curl')) resolve({ url, secret })
    })
    node.once('exit', (code) => reject(new Error(`the node ended with ${code} before it listened`)))
  })
}

function schemathesis(url: string, key: string): Promise<number> {
  const flags = [
    ...['run', `${url}/openapi.json`, '-H', `Authorization: Bearer ${key}`, '--checks', CHECKS.join(',')],
    // A live view never ends, and an import is no JSON, which is all that Schemathesis can make.
    ...['--exclude-path-regex', '/(live|import)$', '--seed', SEED, '--max-examples', '20'],
    ...process.argv.slice(2),
  ]
  return new Promise((resolve) => {
    const run = spawn('schemathesis', flags, { stdio: 'inherit', cwd: directory })
    run.once('error', () => {
      process.stderr.write('Schemathesis is not there: pip install schemathesis\n')
      resolve(1)
    })
    run.once('exit', (code) => resolve(code ?? 1))
  })
}
