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

test('the lines of the README lead from nothing to a click that is counted', {
  timeout: 120_000,
}, async () => {
  directory = await mkdtemp(join(tmpdir(), 'forage-readme-'))
  const { url, key } = await started()
  const { stdout } = await run('sh', ['-c', await lines(url, key)])
  expect(stdout).toContain('"status":"accepted"')
  expect(stdout).toContain('"visitors":1,"slates":1,"clicked":1,"ctr":1')
})

/**
 * The README's lines with the address and key of this installation. The last one, which waits for the visit to be
 * counted, is tried until it is, so that a busy machine may take longer.
 */
async function lines(url: string, key: string): Promise<string> {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const block = /<!-- example: test\/readme-service\.test\.ts runs this -->\n```sh\n([\s\S]*?)```/.exec(
    readme,
  )?.[1]
  const given = (block as string).replace('http://127.0.0.1:8787', url).replace('fk_sec_...', key).trim()
  const last = given.split('\n').at(-1) as string
  expect(last).toMatch(/^sleep 8; curl .*statistics/)
  return given.replace(
    last,
    `until ${last.replace('sleep 8; ', '')} | grep '"clicked":1'; do sleep 0.2; done`,
  )
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
