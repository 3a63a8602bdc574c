import { InputError } from '../../core/errors.ts'

/** What separates fields: spreadsheets write semicolons where the comma is the decimal mark. */
export type Separator = ',' | ';' | '\t'

/** One record with the line its first field is on. */
export interface CsvRecord {
  /** 1-based. */
  readonly line: number
  readonly fields: readonly string[]
}

/**
 * A field that a spreadsheet would take for a formula, also after blanks and in full-width form, or that begins
 * with the mark that protects from it. https://owasp.org/www-community/attacks/CSV_Injection
 */
const UNSAFE = /^\s*['=+\-@＝＋－＠]|^[\t\r\n]/
const GUARD = "'"
const NEEDS_QUOTES = /[",;\t\r\n]|^\s|\s$/

/**
 * Records as CSV (RFC 4180), with a byte order mark, without which spreadsheets take UTF-8 for another encoding.
 * A field that a spreadsheet would run as a formula gets an apostrophe in front; `parsedCsv` takes it away.
 */
export function csvText(records: readonly (readonly string[])[]): string {
  return `\ufeff${records.map((fields) => `${fields.map(writtenField).join(',')}\r\n`).join('')}`
}

function writtenField(field: string): string {
  const safe = UNSAFE.test(field) ? `${GUARD}${field}` : field
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/**
 * The records of a CSV text, lines ended in any way; blank lines are left out.
 *
 * @param name the file, for messages
 * @throws InputError naming file and line for a quote that does not end, or text after an ended one
 */
export function parsedCsv(text: string, separator: Separator, name: string): CsvRecord[] {
  const records: CsvRecord[] = []
  const plainEnd = new RegExp(`[${separator}\r\n]`, 'g')
  const start = text.startsWith('\ufeff') ? 1 : 0
  let at = start
  let line = 1
  while (at < text.length) {
    const fields: string[] = []
    const firstLine = line
    let isMore = true
    while (isMore) {
      let field: string
      if (text[at] === '"') {
        const end = quoteEnd(text, at, name, line)
        field = text.slice(at + 1, end).replaceAll('""', '"')
        line += linesIn(field)
        at = end + 1
        if (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') {
          throw new InputError(
            `${name}, line ${line}`,
            text.slice(at, at + 20),
            'this stands after the closing quote of a field; put the whole field in quotes, quotes inside doubled',
          )
        }
      } else {
        plainEnd.lastIndex = at
        const end = plainEnd.exec(text)?.index ?? text.length
        field = text.slice(at, end)
        at = end
      }
      fields.push(unguarded(field))
      isMore = text[at] === separator
      if (isMore) at += 1
    }
    if (at < text.length) {
      at += text.startsWith('\r\n', at) ? 2 : 1
      line += 1
    }
    if (fields.some((field) => field.trim() !== '')) records.push({ line: firstLine, fields })
  }
  return records
}

function unguarded(field: string): string {
  return field.startsWith(GUARD) && UNSAFE.test(field.slice(1)) ? field.slice(1) : field
}

/** Place of the quote that ends the field whose opening quote is at `start`. */
function quoteEnd(text: string, start: number, name: string, line: number): number {
  for (let at = start + 1; ; at += 2) {
    at = text.indexOf('"', at)
    if (at < 0) {
      throw new InputError(
        `${name}, line ${line}`,
        text.slice(start, start + 20),
        'this quote is never closed; close it, or double it where it is part of the text',
      )
    }
    if (text[at + 1] !== '"') return at
  }
}

function linesIn(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0
}
