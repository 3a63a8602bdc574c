import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { modelsDirectory } from '../../src/models/cache-directory.ts'

/** What a process took from start to end. */
export interface ProcessFigures {
  readonly peakMegabytes: number
  /** Of all its threads. */
  readonly processorMs: number
  readonly clockMs: number
}

/**
 * Said by the child as it ends. Linux's own figure for the memory image first: `maxRSS` of a child can hold that of
 * the process that started it.
 */
const LAST_WORDS = `
  import { readFileSync, writeSync } from 'node:fs'
  process.on('exit', () => {
    let peakKilobytes = process.resourceUsage().maxRSS
    try {
      peakKilobytes = Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])
    } catch {}
    const { user, system } = process.cpuUsage()
    writeSync(3, JSON.stringify({ peakMegabytes: peakKilobytes / 1024, processorMs: (user + system) / 1000 }))
  })
`

/**
 * Runs the command line of the build in a process of its own, with nothing kept from earlier runs.
 *
 * @param flagsIn the command line, given a folder that is there only for it
 * @param models where models are; none when left out
 * @throws Error with the end of what it complained of, when it fails
 */
export async function wholeProcess(
  flagsIn: (folder: string) => readonly string[],
  models?: string,
): Promise<ProcessFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'forage-bench-'))
  const home = join(folder, 'home')
  mkdirSync(home)
  if (models !== undefined) symlinkSync(models, modelsDirectory(home), 'junction')
  const start = performance.now()
  try {
    const child = spawn(
      process.execPath,
      [
        '--import',
        `data:text/javascript,${encodeURIComponent(LAST_WORDS)}`,
        fileURLToPath(new URL('../../bin/forage.js', import.meta.url)),
        ...flagsIn(folder),
      ],
      {
        env: { PATH: process.env.PATH, FORAGE_HOME: home },
        stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      },
    )
    let [complaint, lastWords] = ['', '']
    child.stderr?.on('data', (chunk) => {
      complaint += chunk
    })
    child.stdio[3]?.on('data', (chunk: Buffer) => {
      lastWords += chunk.toString()
    })
    const code = await new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
    if (code !== 0)
      throw new Error(`forage ended with ${code}: ${complaint.trim().split('\n').slice(-3).join('\n')}`)
    return { ...JSON.parse(lastWords), clockMs: performance.now() - start }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
