import { type Bench, claimHolds } from './bench.ts'
import { keepRecord, recordOf, recordTable } from './records.ts'

/** Benches by name; each is loaded only when it runs. */
const BENCHES: Readonly<Record<string, () => Promise<{ bench: Bench }>>> = {
  simulator: () => import('../simulator.ts'),
  loop: () => import('../loop.ts'),
  lab: () => import('../lab.ts'),
  writer: () => import('../writer.ts'),
  scheduler: () => import('../scheduler.ts'),
  optimizer: () => import('../optimizer.ts'),
  serve: () => import('../serve.ts'),
  store: () => import('../store.ts'),
  sizing: () => import('../sizing.ts'),
}

/**
 * @param names names of benches; all without any
 * @returns exit code: 0 when every claim holds, 1 when one is missed or a bench fails, 2 for a wrong name
 */
export async function main(names: readonly string[]): Promise<number> {
  const all = Object.keys(BENCHES)
  const wanted = names.length === 0 || names.includes('all') ? all : names
  const unknown = wanted.find((name) => !(name in BENCHES))
  if (unknown !== undefined) {
    console.error(`bench: ${unknown}: give one of ${Object.keys(BENCHES).join(', ')}, or all`)
    return 2
  }
  let exitCode = 0
  for (const name of wanted) {
    try {
      const { bench } = await (BENCHES[name] as (typeof BENCHES)[string])()
      console.error(bench.question)
      const record = recordOf(bench, await bench.run((line) => console.error(line)))
      keepRecord(record)
      bench.keep?.(record)
      console.log(recordTable(record))
      if (!record.claims.every(claimHolds)) exitCode = 1
    } catch (error) {
      console.error(`bench ${name}: ${error instanceof Error ? error.message : String(error)}`)
      exitCode = 1
    }
  }
  return exitCode
}
