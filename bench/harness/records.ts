import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { type Bench, type BenchReport, type Claim, claimHolds, type FormReport } from './bench.ts'

/** One run of one bench, as kept in `results/<name>.json`, which is a list of them, oldest first. */
export interface BenchRecord extends BenchReport {
  readonly bench: string
  readonly question: string
  /** ISO 8601, UTC. */
  readonly date: string
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string }
}

const RESULTS = new URL('../results/', import.meta.url)

export function recordOf(bench: Bench, report: BenchReport): BenchRecord {
  const processors = cpus()
  return {
    bench: bench.name,
    question: bench.question,
    date: new Date().toISOString(),
    machine: {
      cpu: processors[0]?.model.trim() ?? 'unknown',
      cores: processors.length,
      node: process.version,
    },
    ...report,
  }
}

/** Appends the record to its bench's file and writes the README of the latest ones anew. */
export function keepRecord(record: BenchRecord, folder: URL = RESULTS): void {
  mkdirSync(folder, { recursive: true })
  const file = new URL(`${record.bench}.json`, folder)
  const kept: BenchRecord[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
  writeFileSync(file, `${JSON.stringify([...kept, record], null, 2)}\n`)
  const latest = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')).at(-1) as BenchRecord)
  const head =
    '# Bench results\n\nWritten by `npm run bench`; not edited by hand. The latest run of each bench.\n'
  writeFileSync(new URL('README.md', folder), `${head}\n${latest.map(recordTable).join('\n')}`)
}

/** The record as Markdown, for the README and the terminal. */
export function recordTable(record: BenchRecord): string {
  const { machine, versions } = record
  const others = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const lines = [
    `## ${record.bench}`,
    '',
    record.question,
    '',
    [record.date, machine.cpu, `${machine.cores} cores`, `Node ${machine.node}`, ...others].join(', ') +
      `. Result hash \`${record.resultHash}\`.`,
    ...(record.notes ?? []).flatMap((note) => ['', note]),
    '',
    '| case | form | median | fastest to slowest round |',
    '| --- | --- | --- | --- |',
    ...record.cases.flatMap(({ name, forms }) => forms.map((form) => formLine(name, form))),
    '',
    '| claim | wanted | got | rounds | |',
    '| --- | --- | --- | --- | --- |',
    ...record.claims.map(claimLine),
    '',
  ]
  return lines.join('\n')
}

function formLine(caseName: string, { name, isRival, median, spread, unit }: FormReport): string {
  const form = isRival ? `${name} (rival)` : name
  const [fastest, slowest] = spread.map(digits)
  return `| ${caseName} | ${form} | ${digits(median)} ${unit} | ${fastest} to ${slowest} |`
}

function claimLine(claim: Claim): string {
  const { text, wanted, got, spread, atMost } = claim
  const rounds = spread === undefined ? '' : `${digits(spread[0])} to ${digits(spread[1])}`
  const verdict = claimHolds(claim) ? 'holds' : 'MISSED'
  return `| ${text} | ${atMost === true ? '<=' : '>='} ${wanted} | ${digits(got)} | ${rounds} | ${verdict} |`
}

function digits(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 })
}
