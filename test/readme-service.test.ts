import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const entry = JSON.stringify(pathToFileURL(join(root, 'src/cli/entry.ts')).href)
const program = `import(${entry}).then(({ runProcess }) => runProcess())`
const run = promisify(execFile)

let directory = ''
let child: ChildProcess | undefined

afterAll(async () => {
  const ended = child === undefined ? undefined : new Promise((resolve) => child?.once('exit', resolve))
  child?.kill('SIGTERM')
  await ended
  await rm(directory, { recursive: true, force: true })
})

test('the lines of the README lead from nothing to a click that is stored', {
  timeout: 120_000,
}, async () => {
  directory = await mkdtemp(join(tmpdir(), 'forage-readme-'))
  const { url, key } = await started()
  await curlsUntil(/"isDefault":false|"token":"v1/, url, key)
  const { stdout } = await run('sh', ['-c', await lines(url, key)])
  expect(stdout).toContain('"status":"accepted"')
  const { open } = JSON.parse(
    stdout
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/^.*\]\}(?=\{"context")/, '') as string,
  )
  expect(open).toEqual({ impressions: 0, clicks: 1 })
})

/** The README's lines with the address and key of this installation, and nothing else changed. */
async function lines(url: string, key: string): Promise<string> {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const block = /<!-- example: test\/readme-service\.test\.ts runs this -->\n```sh\n([\s\S]*?)```/.exec(
    readme,
  )?.[1]
  expect(block).toContain('curl')
  return (block as string).replace('http://127.0.0.1:8787', url).replace('fk_sec_...', key)
}

async function started(): Promise<{ url: string; key: string }> {
  const argv = ['serve', '--port', '0', '--writer', 'grammar', '--data', join(directory, 'data')]
  child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--eval', program, 'forage', ...argv],
    {
      env: { PATH: process.env.PATH, FORAGE_HOME: join(directory, 'home') },
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  let said = ''
  return new Promise((resolve, reject) => {
    child?.once('exit', () => reject(new Error(`it ended, having said: ${said}`)))
    child?.stdout?.on('data', (data: Buffer) => {
      said += data
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0]
      const key = /fk_sec_\w+/.exec(said)?.[0]
      if (url !== undefined && key !== undefined) resolve({ url, key })
    })
  })
}

/** Makes the context as a newcomer does, and asks for its slate until its pool is there. */
async function curlsUntil(answer: RegExp, url: string, key: string): Promise<void> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ key: 'vacuums', topic: 'Vacuums', config: { attributionWindowSeconds: 20 } })
  await fetch(`${url}/v1/contexts`, { method: 'POST', headers, body })
  const deadline = Date.now() + 60_000
  for (;;) {
    const text = await (await fetch(`${url}/v1/contexts/vacuums/slate?visitor=anna`, { headers })).text()
    if (answer.test(text)) return
    if (Date.now() > deadline) throw new Error(`no pool after a minute: ${text}`)
  }
}
