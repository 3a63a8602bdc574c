import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A server in a process of its own, that has said on standard output what it found. */
export interface ServerProcess<Said> {
  readonly said: Said
  /** Milliseconds of processor time so far, of all threads. */
  processorMs(): number
  residentMegabytes(): number
  stop(): Promise<void>
}

const CLOCK_TICK_MS = 10

export async function serverProcess<Said>(
  file: string,
  args: readonly string[],
): Promise<ServerProcess<Said>> {
  const script = fileURLToPath(new URL(file, import.meta.url))
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]()
  const first = await Promise.race([lines.next(), ended])
  if (first === undefined || first.done === true) throw new Error(`${file} ended before it listened`)
  const proc = (name: string) => readFileSync(`/proc/${child.pid}/${name}`, 'utf8')
  return {
    said: JSON.parse(first.value) as Said,
    processorMs() {
      // After the name in brackets: user and system time are the 12th and 13th.
      const fields = proc('stat')
        .replace(/^.*\) /s, '')
        .split(' ')
      return (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_MS
    },
    residentMegabytes: () => Number(/VmRSS:\s+(\d+)/.exec(proc('status'))?.[1]) / 1024,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
