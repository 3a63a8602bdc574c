import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { StorePlace } from '../../src/compose/store.ts'
import { endsWithUs } from '../leave-nothing.ts'
import { until } from './until.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SECRET_KEY = /fk_sec_[\w-]+/

export interface ServiceOptions {
  readonly place: StorePlace
  /** As `--writer` takes it. */
  readonly writer?: string
  readonly env?: Readonly<Record<string, string>>
  /** `bin/forage.js` over what was built, or the sources as they are; the sources when left out. */
  readonly program?: 'build' | 'source'
  /** Where the program lies; this checkout when left out. */
  readonly root?: string
  /** Called for each process with what takes its log, in pieces. */
  readonly onLog?: () => (text: string) => void
}

/** `forage serve` in a process of its own, on a port that it keeps over restarts. */
export interface ServiceProcess {
  readonly url: string
  pid(): number
  /** The first secret key, which only the first node of a store prints. */
  secretKey(): string | undefined
  /** All it has printed, over restarts. */
  output(): string
  /** As `kill -9` does; resolves when the process is gone. */
  kill(): Promise<void>
  /** Starts it anew, and resolves when it answers. */
  start(): Promise<void>
  /** Asks it to end, as a service manager does. @returns its exit code */
  stop(): Promise<number | null>
}

export async function startService(options: ServiceOptions): Promise<ServiceProcess> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  let home: string | undefined
  let output = ''

  async function start(): Promise<void> {
    home ??= mkdtempSync(join(tmpdir(), 'forage-home-'))
    const started = spawn(process.execPath, [...program(options), ...flags(options, port)], {
      cwd: ROOT,
      env: { ...environment(options, home), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = started
    endsWithUs(started)
    const take = (data: Buffer) => {
      output += data
    }
    started.stdout.on('data', take)
    started.stderr.on('data', take)
    const onLog = options.onLog?.()
    if (onLog !== undefined) started.stderr.setEncoding('utf8').on('data', onLog)
    let isGone = false
    started.once('close', () => {
      isGone = true
    })
    await until(`the service answers at ${url}`, async () => {
      if (isGone) throw new Error(`the service ended by itself:\n${output}`)
      return isUp(url)
    })
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const ending = child
    child = undefined
    try {
      if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) {
        return ending?.exitCode ?? null
      }
      const gone = new Promise<number | null>((resolve) => ending.once('close', resolve))
      ending.kill(signal)
      return await gone
    } finally {
      if (home !== undefined) rmSync(home, { recursive: true, force: true, maxRetries: 3 })
      home = undefined
    }
  }

  try {
    await start()
  } catch (error) {
    await end('SIGKILL')
    throw error
  }
  return {
    url,
    pid: () => child?.pid as number,
    secretKey: () => SECRET_KEY.exec(output)?.[0],
    output: () => output,
    start,
    async kill() {
      await end('SIGKILL')
    },
    stop: () => end('SIGTERM'),
  }
}

function program({ program: which = 'source', root = ROOT }: ServiceOptions): string[] {
  if (which === 'build') return [join(root, 'bin/forage.js')]
  const entry = JSON.stringify(pathToFileURL(join(root, 'src/cli/entry.ts')).href)
  const run = `import(${entry}).then(({ runProcess }) => runProcess())`
  return ['--import', import.meta.resolve('tsx'), '--eval', run, 'forage']
}

function flags({ place, writer = 'grammar' }: ServiceOptions, port: number): string[] {
  const data = 'directory' in place ? ['--data', place.directory] : []
  return ['serve', '--host', '127.0.0.1', '--port', String(port), '--writer', writer, ...data]
}

/** Nothing of the caller's own settings and keys. */
function environment({ place }: ServiceOptions, home: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    FORAGE_HOME: home,
    FORAGE_LOG_LEVEL: 'warn',
    ...('url' in place ? { DATABASE_URL: place.url } : {}),
  }
}

async function isUp(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) })
    await answer.body?.cancel()
    return answer.ok
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const socket = createServer()
  await new Promise<void>((resolve) => socket.listen(0, '127.0.0.1', resolve))
  const { port } = socket.address() as { port: number }
  await new Promise((resolve) => socket.close(resolve))
  return port
}
