import type { Check } from './check.ts'
import { csvText } from './csv.ts'

/** A row of what annotators get: nothing of scores, modes or which pool is the later. */
interface SheetRow {
  readonly id: string
  readonly question: string
  readonly topic: string
  readonly people: string
  readonly left: string | readonly string[]
  readonly right: string | readonly string[]
  /** For the annotator to fill in. */
  readonly annotator: ''
  readonly choice: ''
}

const QUESTIONS: Readonly<Record<Check['kind'], string>> = {
  'question-pair': 'Which of the two is more relevant to these people? Write left or right as choice.',
  'pool-comparison':
    'Which of the two lists is the better one for these people? Write left or right as choice.',
}

const COLUMNS = ['id', 'question', 'topic', 'people', 'left', 'right', 'choice', 'annotator'] as const

/** The checks for a spreadsheet; lists of texts stand one a line within their cell. */
export function sheetCsv(checks: readonly Check[]): string {
  const rows = checks.map(sheetRow).map((row) => COLUMNS.map((column) => cell(row[column])))
  return csvText([COLUMNS, ...rows])
}

/** The checks for a program, such as a page that people answer on. */
export function sheetJson(checks: readonly Check[]): string {
  return `${JSON.stringify({ annotator: '', checks: checks.map(sheetRow).map(({ annotator: _, ...row }) => row) }, undefined, 2)}\n`
}

function sheetRow(check: Check): SheetRow {
  const { id, kind, topic, people } = check
  const [left, right] =
    check.kind === 'question-pair'
      ? [check.left.text, check.right.text]
      : [check.left.texts, check.right.texts]
  return { id, question: QUESTIONS[kind], topic, people, left, right, annotator: '', choice: '' }
}

function cell(value: string | readonly string[]): string {
  if (typeof value === 'string') return value
  return value.map((text, index) => `${index + 1}. ${text.replace(/\s+/g, ' ')}`).join('\n')
}
