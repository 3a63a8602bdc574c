import { type ChildProcess, spawn } from 'node:child_process'
import { emptyHome } from './cli-runner.ts'

/** Six audiences, two topics: sixty runs, each of a few milliseconds. */
export const small = (out: string, ...more: string[]) => [
  'lab',
  'table5',
  '--topics',
  'shopping',
  '--topics-max',
  '2',
  '--iterations',
  '4',
  '--out',
  out,
  ...more,
]

/** The program in a process of its own. */
export function start(argv: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const entry = new URL('../src/cli/entry.ts', import.meta.url).href
  const program = `import(${JSON.stringify(entry)}).then((m) => m.runProcess())`
  return spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--eval', program, 'forage', ...argv],
    {
      env: { PATH: process.env.PATH, FORAGE_HOME: emptyHome, ...env },
      stdio: 'ignore',
    },
  )
}
