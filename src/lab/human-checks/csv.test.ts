import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InputError } from '../../core/errors.ts'
import { csvText, parsedCsv } from './csv.ts'

const fields = (text: string, separator: ',' | ';' | '\t' = ',') =>
  parsedCsv(text, separator, 'a.csv').map((record) => record.fields)

describe('CSV', () => {
  test('what is written is read back, whatever it holds', () => {
    const hostile = fc.constantFrom(
      '=',
      '+',
      '-',
      '@',
      "'",
      '"',
      ',',
      ';',
      '\n',
      '\r\n',
      '\r',
      '\t',
      ' ',
      '＝',
      'x',
    )
    const field = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(hostile).map((parts) => parts.join('')),
    )
    // Blank records are left out, so the first field is not blank.
    const record = fc.tuple(
      field.map((text) => `x${text}`),
      field,
      field,
    )
    fc.assert(
      fc.property(fc.array(record), (records) => {
        expect(fields(csvText(records))).toEqual(records)
      }),
      { seed: 20261125, numRuns: 500 },
    )
    fc.assert(
      fc.property(field, (text) => {
        expect(fields(csvText([[text, 'x']]))).toEqual([[text, 'x']])
      }),
      { seed: 20261125, numRuns: 500 },
    )
  })

  test('no field begins as a formula does', () => {
    for (const text of [
      '=1+1',
      '+1',
      '-1',
      '@SUM(A1)',
      ' =1',
      '\t=1',
      '\r=1',
      '＝1',
      '=HYPERLINK("http://x.y","z")',
    ]) {
      const written = csvText([[text]]).replace(/^\ufeff/, '')
      expect(written).toMatch(/^"?'/)
      expect(fields(written)).toEqual([[text]])
    }
  })

  test('keeps texts as they are otherwise, and quotes as RFC 4180 says', () => {
    expect(csvText([['a b', 'say "x", please', 'two\nlines', 'it’s', "o'clock"]])).toBe(
      '\ufeffa b,"say ""x"", please","two\nlines",it’s,o\'clock\r\n',
    )
  })

  test('reads what spreadsheets write: other separators, line ends, blank lines, no last line end', () => {
    expect(fields('a;b\r\n\r\n"c;d";e', ';')).toEqual([
      ['a', 'b'],
      ['c;d', 'e'],
    ])
    expect(fields('a\tb\rc\td', '\t')).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ])
    expect(fields('a,b,\n,,\nc,,d')).toEqual([
      ['a', 'b', ''],
      ['c', '', 'd'],
    ])
    // Typed by a person: an apostrophe that guards nothing stays.
    expect(fields("'a,'=b")).toEqual([["'a", '=b']])
  })

  test('numbers lines through fields of several lines', () => {
    expect(parsedCsv('a\n"b\r\nb\nb",x\n\nc\n', ',', 'a.csv').map(({ line }) => line)).toEqual([1, 2, 6])
  })

  test('says where a quote is wrong', () => {
    expect(() => fields('a,b\n"c,d\n')).toThrow(InputError)
    expect(() => fields('a,b\n"c,d\n')).toThrow('a.csv, line 2: "\\"c,d\\n": this quote is never closed')
    expect(() => fields('a\n"b\nc" d,e')).toThrow(
      'a.csv, line 3: " d,e": this stands after the closing quote',
    )
  })
})
