import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { endsWithUs } from './leave-nothing.ts'
import { postgresqlBinaries, serverUser } from './postgresql-binaries.ts'

/** A PostgreSQL server of the tests, on a free port of this machine, with all its files in one directory. */
export interface TestServer {
  /** `postgres://...` without a database. */
  readonly url: string
  /** Process id of the server; another one after a restart. */
  pid(): number
  /** Kills it as `kill -9` does, and resolves when it is gone. Its files stay. */
  kill(): Promise<void>
  /** Starts it again on the same port and files. */
  start(): Promise<void>
  /** Ends it and removes its files. Safe to call twice. */
  stop(): Promise<void>
}

const USER = 'forage'

/**
 * Makes and starts a server. It does not call fsync, which costs nothing when only processes die.
 *
 * @param options.binaries directory with `initdb` and `postgres`; found by itself when left out
 * @param options.settings more settings, such as `['max_connections=20']`
 */
export async function startTestServer(
  options: { readonly binaries?: string; readonly settings?: readonly string[] } = {},
): Promise<TestServer> {
  const user = serverUser()
  const directory = await mkdtemp(join(tmpdir(), 'forage-postgresql-'))
  await chmod(directory, 0o755)
  const data = join(directory, 'data')
  const logPath = join(directory, 'log')
  const common = { cwd: data, ...user, env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' } }

  async function made(): Promise<string> {
    const found = options.binaries ?? (await postgresqlBinaries(join(directory, 'postgresql')))
    await mkdir(data, { mode: 0o700 })
    if (user !== undefined) await chown(data, user.uid, user.gid)
    await promisify(execFile)(
      join(found, 'initdb'),
      ['-D', data, '-U', USER, '--auth=trust', '--encoding=UTF8', '--no-sync', '--locale=C'],
      common,
    )
    return found
  }

  const binaries = await made().catch(async (error: unknown) => {
    await rm(directory, { recursive: true, force: true })
    throw error
  })
  const port = await freePort()
  const url = `postgres://${USER}@127.0.0.1:${port}`
  const settings = [
    ...['fsync=off', 'full_page_writes=off', 'listen_addresses=127.0.0.1', 'unix_socket_directories='],
    ...['max_connections=200', 'log_min_messages=warning', ...(options.settings ?? [])],
  ]
  let server: ChildProcess | undefined

  async function start(): Promise<void> {
    const log = await open(logPath, 'a')
    const flags = settings.flatMap((setting) => ['-c', setting])
    // Detached: Ctrl-C in a terminal ends the tests, and those end the server.
    const child = spawn(join(binaries, 'postgres'), ['-D', data, '-p', String(port), ...flags], {
      ...common,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    child.unref()
    endsWithUs(child)
    await log.close()
    server = child
    for (let tries = 0; ; tries++) {
      if (await answers(`${url}/postgres`)) return
      if (child.exitCode !== null || tries === 300) {
        throw new Error(`PostgreSQL did not start:\n${await readFile(logPath, 'utf8')}`)
      }
      await wait(50)
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const child = server
    server = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    // A process with nothing else to do must wait for it too.
    child.ref()
    const serving = await childrenOf(child.pid as number)
    child.kill(signal)
    await gone
    // After `kill -9` those who serve a connection end a moment later: until then they answer, and keep the files.
    while (serving.some(isAlive)) await wait(10)
  }

  try {
    await start()
  } catch (error) {
    await end('SIGKILL')
    await rm(directory, { recursive: true, force: true })
    throw error
  }
  return {
    url,
    pid: () => server?.pid as number,
    kill: () => end('SIGKILL'),
    start,
    async stop() {
      await end('SIGINT')
      await rm(directory, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

/** Process ids; none where the system does not tell. */
async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  return text.split(' ').filter(Boolean).map(Number)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function freePort(): Promise<number> {
  const socket = createServer()
  await new Promise<void>((resolve) => socket.listen(0, '127.0.0.1', resolve))
  const { port } = socket.address() as { port: number }
  await new Promise((resolve) => socket.close(resolve))
  return port
}
