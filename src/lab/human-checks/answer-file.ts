import { readFile } from 'node:fs/promises'
import { InputError } from '../../core/errors.ts'
import { givenFile, placeIn, type ReadFile } from '../given-file.ts'
import { parsedJson } from '../json-text.ts'
import { SIDES, type Side } from './check.ts'
import { type CsvRecord, parsedCsv, type Separator } from './csv.ts'

/** One person's answer to one check. */
export interface Answer {
  readonly id: string
  readonly annotator: string
  /** Undefined where the row was left empty. */
  readonly choice: Side | undefined
  /** Where it stands: `ann.csv, line 12` or `ann.json: checks[3]`. */
  readonly place: string
}

/** A row before its fields are checked. */
interface Row {
  readonly id: string
  readonly annotator: string
  readonly choice: string
  readonly place: string
}

/** Bytes; a hundred annotators with ten thousand checks each fit. */
const FILE_BYTES_MAX = 100_000_000
const NAME_MAX = 100
const SEPARATORS: readonly Separator[] = [',', ';', '\t']

/**
 * Answers of one or more people: a sheet that was filled in, or rows with `id`, `annotator` and `choice` only, as
 * CSV (comma, semicolon or tab) or, when the name ends in `.json`, as JSON: a list of rows, or an object with `checks`
 * and, for all of them, `annotator`. Other columns and fields are left alone. When no row names its annotator,
 * the file's own name does.
 *
 * @throws InputError naming file, line, field, value and what to do
 */
export async function readAnswers(path: string, read: ReadFile = readFile): Promise<Answer[]> {
  const bytes = await givenFile(path, 'answers', read, FILE_BYTES_MAX)
  const rows = /\.json$/i.test(path) ? jsonRows(parsedJson(bytes, path), path) : csvRows(bytes, path)
  const isAnyNamed = rows.some(({ annotator }) => annotator !== '')
  const fileAnnotator = path.replace(/^.*[/\\]/, '').replace(/\.[^.]*$/, '')
  return rows.flatMap((row) => {
    const choice = choiceOf(row)
    const annotator = isAnyNamed ? row.annotator : fileAnnotator
    // An empty row of a sheet that several people filled in is nobody's.
    if (annotator === '' && choice === undefined) return []
    if (annotator === '' || annotator.length > NAME_MAX) {
      throw new InputError(
        `${row.place}, annotator`,
        annotator,
        `name who answered, in 1 to ${NAME_MAX} characters, in each row or in none`,
      )
    }
    if (row.id === '') throw new InputError(`${row.place}, id`, '', 'give the id of the check')
    return [{ id: row.id, annotator, choice, place: row.place }]
  })
}

function choiceOf({ choice, place }: Row): Side | undefined {
  if (choice === '') return undefined
  const side = SIDES.find((one) => one === choice.toLowerCase())
  if (side !== undefined) return side
  throw new InputError(
    `${place}, choice`,
    choice,
    'give left or right; leave it empty where there is no answer',
  )
}

function csvRows(bytes: Uint8Array, path: string): Row[] {
  const text = decoded(bytes, path)
  const [header, ...records] = recordsOf(text, path)
  const names = header?.fields.map((field) => field.trim().toLowerCase()) ?? []
  const columns = {
    id: names.indexOf('id'),
    choice: names.indexOf('choice'),
    annotator: names.indexOf('annotator'),
  }
  for (const name of ['id', 'choice'] as const) {
    if (columns[name] >= 0) continue
    const advice = `the first line must name the columns, and there is no ${name}; add it`
    throw new InputError(`${path}, line ${header?.line ?? 1}`, header?.fields.join(', ') ?? '', advice)
  }
  for (const name of Object.keys(columns)) {
    if (names.indexOf(name) !== names.lastIndexOf(name)) {
      throw new InputError(
        `${path}, line ${header?.line ?? 1}`,
        name,
        'two columns have this name; remove one',
      )
    }
  }
  return records.map(({ line, fields }) => {
    const place = `${path}, line ${line}`
    if (fields.slice(names.length).some((field) => field.trim() !== '')) {
      const advice = `the line has ${fields.length} fields, the first line ${names.length}; put texts with a separator in quotes`
      throw new InputError(place, fields.at(-1), advice)
    }
    const field = (column: number) => (fields[column] ?? '').trim()
    return {
      id: field(columns.id),
      annotator: field(columns.annotator),
      choice: field(columns.choice),
      place,
    }
  })
}

/** With the separator that makes the first line name an id, else the comma. */
function recordsOf(text: string, path: string): CsvRecord[] {
  const firstLine = /^[^\r\n]*/.exec(text)?.[0] ?? ''
  const separator = SEPARATORS.find((one) => {
    const names = firstLine.replace(/^\ufeff/, '').split(one)
    return names.length > 1 && names.some((name) => /^\s*"?id"?\s*$/i.test(name))
  })
  return parsedCsv(text, separator ?? ',', path)
}

function decoded(bytes: Uint8Array, path: string): string {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || bytes.includes(0)) {
    throw new InputError(path, 'UTF-16 or no text', 'save the sheet as CSV in UTF-8')
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new InputError(path, 'bytes that are not UTF-8', 'save the sheet as CSV in UTF-8', { cause })
  }
}

function jsonRows(value: unknown, path: string): Row[] {
  const isList = Array.isArray(value)
  const whole = (isList ? { checks: value } : value) as { checks?: unknown; annotator?: unknown } | null
  const list = whole?.checks
  if (!Array.isArray(list)) {
    const advice =
      'give a list of rows with id, annotator and choice, or an object with such a list as checks'
    throw new InputError(isList ? path : placeIn(path, ['checks']), list, advice)
  }
  const common = textField(whole as object, 'annotator', path)
  return list.map((row: unknown, index) => {
    const place = placeIn(path, isList ? [index] : ['checks', index])
    if (typeof row !== 'object' || row === null) {
      throw new InputError(place, row, 'give an object with id, annotator and choice')
    }
    const own = textField(row, 'annotator', place)
    return {
      id: textField(row, 'id', place),
      annotator: own === '' ? common : own,
      choice: textField(row, 'choice', place),
      place,
    }
  })
}

/** A field that is a text, trimmed; empty when it is missing or null. */
function textField(row: object, name: string, place: string): string {
  const value = (row as Record<string, unknown>)[name]
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw new InputError(`${place}, ${name}`, value, 'give a text')
  return value.trim()
}
