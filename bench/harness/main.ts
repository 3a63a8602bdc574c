import { type Bench, claimHolds } from './bench.ts'
import { keepRecord, recordOf, recordTable } from './records.ts'

/** Benches by name; each is loaded only when it runs. */
const BENCHES: Readonly<Record<string, () => Promise<{ bench: Bench }>>> = {
  simulator: () => import('../simulator.ts'),
  loop: () => import('../loop.ts'),
  strategies: () => import('../strategies.ts'),
  writer: () => import('../writer.ts'),
}

/** Too long for `all`. */
const BY_NAME_ONLY: readonly string[] = ['strategies']

/**
 * @param args names of benches, then flags for them: `strategies --seeds 1,2`
 * @returns exit code: 0 when every claim holds, 1 when one is missed or a bench fails, 2 for a wrong name
 */
export async function main(args: readonly string[]): Promise<number> {
  const firstFlag = args.findIndex((arg) => arg.startsWith('-'))
  const names = firstFlag < 0 ? args : args.slice(0, firstFlag)
  const flags = firstFlag < 0 ? [] : args.slice(firstFlag)
  const all = Object.keys(BENCHES).filter((name) => !BY_NAME_ONLY.includes(name))
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
      const record = recordOf(bench, await bench.run((line) => console.error(line), flags))
      if (record.isTrial !== true) keepRecord(record)
      console.log(recordTable(record))
      if (!record.claims.every(claimHolds)) exitCode = 1
    } catch (error) {
      console.error(`bench ${name}: ${error instanceof Error ? error.message : String(error)}`)
      exitCode = 1
    }
  }
  return exitCode
}
