import { readFileSync, writeFileSync } from 'node:fs'
import type { CaseReport } from '../harness/bench.ts'

const PLACES = ['PGlite', 'PostgreSQL']

/** Rows of docs/operations.md: where the figure stands in the record. */
const ROWS: readonly { readonly what: string; readonly ofCase: RegExp; readonly ofForm: RegExp }[] = [
  { what: 'Memory of a node with 10 contexts', ofCase: / 10 contexts$/, ofForm: /^memory after \d/ },
  { what: 'Memory of a node with 10,000 contexts', ofCase: / 10000 contexts$/, ofForm: /^memory after \d/ },
  {
    what: 'Events a second, in batches of 100, 10,000 contexts',
    ofCase: / 10000 contexts$/,
    ofForm: /^events acknowledged/,
  },
  { what: 'Disk for a million raw events', ofCase: /a million events/, ofForm: /raw events/ },
  { what: 'Disk for what they count', ofCase: /a million events/, ofForm: /counted/ },
  { what: 'Disk for a kept answer of a model', ofCase: /hosted model/, ofForm: /kept answer/ },
  { what: 'Questions to a model, first pool', ofCase: /hosted model/, ofForm: /first pool/ },
  { what: 'Questions to a model, an iteration', ofCase: /hosted model/, ofForm: /an iteration/ },
  { what: 'Length of such a question', ofCase: /hosted model/, ofForm: /^prompt/ },
]

/** Ten a day, kept for 90 days. */
const EXAMPLE_MILLIONS = 900

/** The table of docs/operations.md, from a record of the bench `sizing`. Two digits: it is for planning. */
export function sizingTable({ cases }: { readonly cases: readonly CaseReport[] }): string {
  const lines = ROWS.map(({ what, ofCase, ofForm }) => {
    const cells = PLACES.map((place) => {
      const found = cases.find(({ name }) => name.startsWith(place) && ofCase.test(name))
      const form = found?.forms.find(({ name }) => ofForm.test(name))
      if (form === undefined)
        throw new Error(`the record has no ${what} of ${place}; run npm run bench -- sizing`)
      const figure = Number(form.median.toPrecision(2)).toLocaleString('en-US')
      return /^(MB|kB|characters)$/.test(form.unit) ? `${figure} ${form.unit}` : figure
    })
    return `| ${what} | ${cells.join(' | ')} |`
  })
  const example = PLACES.map((place) => {
    const disk =
      cases.find(({ name }) => name.startsWith(place) && /a million events/.test(name))?.forms ?? []
    const gigabytes = (disk.reduce((sum, { median }) => sum + median, 0) * EXAMPLE_MILLIONS) / 1000
    return `${Number(gigabytes.toPrecision(2)).toLocaleString('en-US')} GB`
  })
  lines.push(`| Disk for 10 million events a day, kept for 90 days | ${example.join(' | ')} |`)
  return ['| | Embedded | PostgreSQL |', '| --- | --- | --- |', ...lines].join('\n')
}

const OPERATIONS = new URL('../../docs/operations.md', import.meta.url)

/** Puts the table in the place of the one that docs/operations.md has. */
export function writeSizingTable(record: { readonly cases: readonly CaseReport[] }): void {
  const before = readFileSync(OPERATIONS, 'utf8')
  const after = before.replace(
    /\| \| Embedded \| PostgreSQL \|\n(?:\|.*\n)*/,
    () => `${sizingTable(record)}\n`,
  )
  writeFileSync(OPERATIONS, after)
}
