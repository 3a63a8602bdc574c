import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { temporaryDirectory } from './cli-runner.ts'

const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

const root = fileURLToPath(new URL('..', import.meta.url))
const entry = JSON.stringify(pathToFileURL(join(root, 'src/cli/entry.ts')).href)
const program = `import(${entry}).then(({ runProcess }) => runProcess())`

/** `forage serve` in a process of its own, on a free port. */
async function serve(data: string, env: Readonly<Record<string, string>> = {}) {
  const child = spawn(
    process.execPath,
    [
      ...['--import', import.meta.resolve('tsx'), '--eval', program, 'forage'],
      ...['serve', '--data', data, '--port', '0', '--writer', 'grammar'],
    ],
    {
      env: { PATH: process.env.PATH, FORAGE_HOME: temporaryDirectory(), FORAGE_LOG_LEVEL: 'warn', ...env },
    },
  )
  started.push(child)
  let stdout = ''
  let stderr = ''
  child.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  const ready = new Promise<void>((resolve) => {
    child.stdout?.on('data', (chunk) => {
      stdout += chunk
      if (stdout.includes('/v1/events')) resolve()
    })
  })
  await Promise.race([ready, ended])
  const url = /listens +(\S+)/.exec(stdout)?.[1] ?? ''
  return { child, url, ended, said: () => stdout, complained: () => stderr }
}

it('takes a newcomer from nothing to a counted click, stops in order, and knows its keys again', async () => {
  const data = temporaryDirectory()
  const first = await serve(data)
  const [, secret = ''] = /secret +(fk_sec_\S+)/.exec(first.said()) ?? []
  const [, publishable = ''] = /publishable +(fk_pub_\S+)/.exec(first.said()) ?? []
  const call = async (url: string, path: string, body?: unknown, key = secret) => {
    const answer = await fetch(url + path, {
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, never> }
  }
  const items = ['Is it loud?', 'Does it climb carpets?', 'Is it light?', 'Can it mop?', 'Which one lasts?']
  // This visitor clicks faster than people do.
  const config = { attributionWindowSeconds: 1, caps: { clickMsMin: 0 } }
  const made = await call(first.url, '/v1/contexts', { key: 'vacuums', topic: 'Vacuums', items, config })
  expect(made.status).toBe(201)
  const slate = (await call(first.url, '/v1/contexts/vacuums/slate?visitor=anna', undefined, publishable))
    .body as unknown as {
    arm: string
    token: string
    items: { id: string }[]
  }
  const event = { id: '1', type: 'click', token: slate.token, item: slate.items[0]?.id }
  const { body } = await call(first.url, '/v1/events', [event])
  expect(body).toEqual({ results: [{ id: '1', status: 'accepted' }] })
  // Counted once the second in which the slate takes events is over.
  const counted = async () => {
    const { arms } = (await call(first.url, '/v1/contexts/vacuums/arms')).body as unknown as {
      arms: { arm: string; interactionsSince: number }[]
    }
    return arms.find(({ arm }) => arm === slate.arm)?.interactionsSince
  }
  await expect.poll(counted, { interval: 100, timeout: 30_000 }).toBe(1)
  first.child.kill('SIGTERM')
  expect(await first.ended).toBe(0)
  expect(first.complained()).toContain('Stopping')

  const second = await serve(data, { FORAGE_HOST: '0.0.0.0' })
  expect(second.said()).not.toContain('fk_sec_')
  // It listens on every address, and is called by one.
  expect(second.url).toContain('//0.0.0.0:')
  const callable = second.url.replace('0.0.0.0', '127.0.0.1')
  expect(second.said()).toContain(`curl "${callable}/`)
  expect((await call(callable, '/v1/contexts/vacuums/slate')).status).toBe(200)
  second.child.kill('SIGINT')
  expect(await second.ended).toBe(0)
}, 60_000)

it('tells all that is wrong with its configuration, with exit code 2', async () => {
  const { ended, complained } = await serve(temporaryDirectory(), {
    FORAGE_RETENTION_DAYS: 'soon',
    FORAGE_LOG_LEVEL: 'loud',
  })
  expect(await ended).toBe(2)
  expect(complained()).toContain('FORAGE_RETENTION_DAYS')
  expect(complained()).toContain('FORAGE_LOG_LEVEL')
}, 60_000)
