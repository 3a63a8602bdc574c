import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { changed, emptyHome, runCli, smallRun, temporaryDirectory } from './cli-runner.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const tsx = import.meta.resolve('tsx')
const entry = JSON.stringify(pathToFileURL(join(root, 'src/cli/entry.ts')).href)
const program = `import(${entry}).then(({ runProcess }) => runProcess())`
/** Enough that a signal comes in the middle, on a slow machine as on a fast one. */
const ITERATIONS = 80

interface Child {
  readonly process: ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
  /** Resolves when standard error holds the text; rejects when the process ends before. */
  saw(text: string): Promise<void>
  readonly ended: Promise<{ code: number | null; signal: string | null }>
}

/** The program in a process of its own. */
function start(
  argv: readonly string[],
  cwd: string,
  options: { stdoutFile?: number; env?: Record<string, string> } = {},
): Child {
  const child = spawn(process.execPath, ['--import', tsx, '--eval', program, 'forage', ...argv], {
    cwd,
    env: { PATH: process.env.PATH, FORAGE_HOME: emptyHome, ...options.env },
    stdio: ['pipe', options.stdoutFile ?? 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  const listeners = new Set<() => void>()
  child.stdout?.on('data', (data: Buffer) => {
    stdout += data
  })
  child.stderr?.on('data', (data: Buffer) => {
    stderr += data
    for (const listener of listeners) listener()
  })
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }))
  })
  return {
    process: child,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    saw: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!stderr.includes(text)) return
          listeners.delete(look)
          resolve()
        }
        listeners.add(look)
        look()
        ended.then(() => reject(new Error(`ended before "${text}": ${stderr}`)))
      }),
  }
}

const longRun = (out: string) => changed(smallRun(out), { '--iterations': String(ITERATIONS) })
const read = (directory: string, name: string) => readFileSync(join(directory, name), 'utf8')

describe('a process', () => {
  it('killed in the middle loses nothing: the same command ends as an undisturbed run does', async () => {
    const directory = temporaryDirectory()
    const out = join(directory, 'run')
    const child = start(longRun(out), directory)
    await child.saw(`\n 5/${ITERATIONS} `)
    // Asleep it cannot finish; the lock of a living process is respected all the same.
    child.process.kill('SIGSTOP')
    const second = await runCli(longRun(out))
    expect(second.code).toBe(1)
    expect(second.stderr).toContain('is writing this directory')
    child.process.kill('SIGKILL')
    expect((await child.ended).signal).toBe('SIGKILL')
    const kept = read(out, 'events.jsonl')
    expect(kept).toContain('"iteration-finished","iteration":5,')
    expect(kept).not.toContain('run-finished')

    const resumed = await runCli(longRun(out))
    expect(resumed.code, resumed.stderr).toBe(0)
    expect(resumed.stderr).toContain('broken off')
    const undisturbed = join(directory, 'undisturbed')
    expect((await runCli(longRun(undisturbed))).code).toBe(0)
    for (const name of ['config.json', 'events.jsonl', 'answers.jsonl', 'report.html']) {
      expect(read(out, name)).toBe(read(undisturbed, name))
    }
    expect(existsSync(join(out, '.lock'))).toBe(false)
  })

  it('stops cleanly on the first Ctrl-C', async () => {
    const directory = temporaryDirectory()
    const out = join(directory, 'run')
    const child = start(longRun(out), directory)
    await child.saw(`\n 2/${ITERATIONS} `)
    child.process.kill('SIGINT')
    expect(await child.ended).toEqual({ code: 130, signal: null })
    expect(child.stdout()).toBe('')
    expect(child.stderr()).toContain('run the same command again')
    expect(child.stderr()).not.toMatch(/^\s+at /m)
    expect(read(out, 'report.html')).toContain('Rice Cookers')
    expect(existsSync(join(out, '.lock'))).toBe(false)
  })

  it('whose reader goes away ends quietly', async () => {
    const directory = temporaryDirectory()
    const child = start([...longRun(join(directory, 'run')), '--json'], directory)
    child.process.stdout?.once('data', () => child.process.stdout?.destroy())
    const { code } = await child.ended
    expect(code).toBe(141)
    expect(child.stderr()).not.toContain('EPIPE')
    expect(child.stderr()).not.toMatch(/^\s+at /m)
  })

  it('that cannot write its results says so, with the run kept', async () => {
    const directory = temporaryDirectory()
    const full = openSync('/dev/full', 'w')
    const child = start([...longRun(join(directory, 'run')), '--json'], directory, { stdoutFile: full })
    expect((await child.ended).code).toBe(1)
    closeSync(full)
    expect(child.stderr()).toContain('standard output cannot be written (ENOSPC)')
    expect(child.stderr()).not.toMatch(/^\s+at /m)
  })

  it('runs the demo without weights, each time anew, in directories of their own', async () => {
    const directory = temporaryDirectory()
    for (const expected of ['demo-vacuums-price', 'demo-vacuums-price-2']) {
      const child = start(['demo', '--writer', 'grammar'], directory)
      expect((await child.ended).code, child.stderr()).toBe(0)
      expect(child.stderr()).toContain(`runs/${expected}\n`)
      expect(child.stderr()).toContain('Relevance is by length here')
      expect(child.stdout()).toContain('IP_15, pool CTR')
    }
    expect(readdirSync(join(directory, 'runs'))).toEqual(['demo-vacuums-price', 'demo-vacuums-price-2'])
  })

  it('whose demo cannot pull its model says what to do, by hand and without one', async () => {
    const directory = temporaryDirectory()
    // No hub there, and no pip to be found.
    const env = { HF_ENDPOINT: 'http://127.0.0.1:9', PATH: directory }
    const child = start(['demo'], directory, { env })
    expect((await child.ended).code).toBe(1)
    expect(child.stdout()).toBe('')
    expect(child.stderr()).toContain('gemma-3-270m could not be pulled')
    expect(child.stderr()).toContain('forage demo --writer grammar')
    expect(child.stderr()).not.toMatch(/^\s+at /m)
    expect(readdirSync(directory)).toEqual([])
  })

  it('names its directory by the run when nobody does, and numbers it when that holds another', async () => {
    const directory = temporaryDirectory()
    const argv = changed(smallRun('x'), { '--out': null })
    for (const flags of [argv, argv, changed(argv, { '--iterations': '2' })]) {
      const child = start(flags, directory)
      expect((await child.ended).code, child.stderr()).toBe(0)
    }
    const name = 'rice-cookers-price-quality-explore-exploit-seed1'
    expect(readdirSync(join(directory, 'runs'))).toEqual([name, `${name}-2`])
  })
})

describe('the launcher', () => {
  it('says what to do when the project was not built', async () => {
    const directory = temporaryDirectory()
    mkdirSync(join(directory, 'bin'))
    copyFileSync(join(root, 'bin/forage.js'), join(directory, 'bin/forage.js'))
    copyFileSync(join(root, 'package.json'), join(directory, 'package.json'))
    const child = spawn(process.execPath, [join(directory, 'bin/forage.js'), '--help'])
    let stderr = ''
    child.stderr.on('data', (data: Buffer) => {
      stderr += data
    })
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(code).toBe(1)
    expect(stderr).toBe('forage: dist/ is not there: run "npm run build" first\n')
  })
})
