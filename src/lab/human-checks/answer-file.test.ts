import { describe, expect, test } from 'vitest'
import { readAnswers } from './answer-file.ts'
import type { PairCheck } from './check.ts'
import { collectAnswers } from './collect-answers.ts'

const read = (path: string, content: string | Uint8Array) =>
  readAnswers(path, async () => (typeof content === 'string' ? new TextEncoder().encode(content) : content))
const brief = async (path: string, content: string) =>
  (await read(path, content)).map(({ id, annotator, choice }) => [id, annotator, choice ?? '-'].join(' '))

describe('answers as CSV', () => {
  test('a sheet that was filled in, columns in any order, others ignored', async () => {
    const text = 'choice,left,ID,Annotator\r\nLEFT,"a\nb",p1,ann\r\n right ,c,p2,ann\r\n,d,p3,ann\r\n'
    expect(await brief('x/ann.csv', text)).toEqual(['p1 ann left', 'p2 ann right', 'p3 ann -'])
  })

  test('with semicolons or tabs, a byte order mark, rows cut short', async () => {
    expect(await brief('a.csv', '\ufeffid;annotator;choice\np1;ann;left\np2;ann\n')).toEqual([
      'p1 ann left',
      'p2 ann -',
    ])
    expect(await brief('a.csv', '"id"\t"choice"\np1\tright\n')).toEqual(['p1 a right'])
  })

  test('without names the file names the annotator', async () => {
    expect(await brief('answers/Ann B.csv', 'id,choice,annotator\np1,left,\n')).toEqual(['p1 Ann B left'])
  })

  test.each([
    ['id,annotator,choice\np1,ann,left\np2,ann,lft\n', 'a.csv, line 3, choice: "lft": give left or right'],
    ['id,annotator,choice\np1,ann,left\np2,,left\n', 'a.csv, line 3, annotator: "": name who answered'],
    ['id,annotator,choice\n,ann,left\n', 'a.csv, line 2, id: "": give the id'],
    [
      'id,annotator\np1,ann\n',
      'a.csv, line 1: "id, annotator": the first line must name the columns, and there is no choice',
    ],
    ['id,choice,choice\n', 'a.csv, line 1: "choice": two columns have this name'],
    ['id,choice\np1,left,oops\n', 'a.csv, line 2: "oops": the line has 3 fields, the first line 2'],
    ['', 'a.csv, line 1: "": the first line must name the columns'],
  ])('%j is refused', async (text, message) => {
    await expect(read('a.csv', text)).rejects.toThrow(message)
  })

  test('other encodings are refused with what to do', async () => {
    const advice = 'save the sheet as CSV in UTF-8'
    await expect(read('a.csv', Buffer.from('\ufeffid,choice\n', 'utf16le'))).rejects.toThrow(advice)
    await expect(read('a.csv', Buffer.from('id,choice\np\xe4,left', 'latin1'))).rejects.toThrow(advice)
  })
})

describe('answers as JSON', () => {
  test('a list, or a sheet with one name for all', async () => {
    const rows = [{ id: 'p1', annotator: 'ann', choice: 'left' }]
    expect(await brief('a.json', JSON.stringify(rows))).toEqual(['p1 ann left'])
    const sheet = {
      annotator: 'ben',
      checks: [
        { id: 'p1', choice: 'right', left: 'x' },
        { id: 'p2', choice: null },
      ],
    }
    expect(await brief('a.json', JSON.stringify(sheet))).toEqual(['p1 ben right', 'p2 ben -'])
  })

  test.each([
    ['{"checks":3}', 'a.json: checks: 3: give a list of rows'],
    ['7', 'a.json: checks: nothing given: give a list of rows'],
    ['[1]', 'a.json: [0]: 1: give an object'],
    ['[{"id":"p1","annotator":"ann","choice":1}]', 'a.json: [0], choice: 1: give a text'],
    [
      '{"checks":[{"id":"p1","annotator":"ann","choice":"up"}]}',
      'a.json: checks[0], choice: "up": give left or right',
    ],
    ['[{"id":"p1",}]', 'a.json, line 1, column 13'],
  ])('%s is refused', async (text, message) => {
    await expect(read('a.json', text)).rejects.toThrow(message)
  })
})

describe('answers beside checks', () => {
  const checks = ['p1', 'p2', 'p3'].map((id) => ({ id, kind: 'question-pair' }) as PairCheck)
  const answer = (annotator: string, id: string, choice?: 'left' | 'right', place = 'a.csv, line 2') => ({
    annotator,
    id,
    choice,
    place,
  })

  test('in the order of the checks, several sheets of one person joined', () => {
    const answers = [
      answer('ann', 'p3', 'left'),
      answer('ann', 'p1'),
      answer('ben', 'p2', 'right'),
      answer('ann', 'p1', 'right'),
    ]
    expect(collectAnswers(checks, answers)).toEqual([
      { name: 'ann', choices: ['right', undefined, 'left'] },
      { name: 'ben', choices: [undefined, 'right', undefined] },
    ])
  })

  test('unknown ids, answers given twice, and a single person are refused', () => {
    expect(() => collectAnswers(checks, [answer('ann', 'p9', 'left')])).toThrow(
      'a.csv, line 2, id: "p9": the key has no such check',
    )
    const twice = [answer('ann', 'p1', 'left', 'a.csv, line 2'), answer('ann', 'p1', 'left', 'b.csv, line 7')]
    expect(() => collectAnswers(checks, twice)).toThrow(
      'b.csv, line 7, id: "p1": ann has answered it already (a.csv, line 2)',
    )
    expect(() => collectAnswers(checks, [answer('ann', 'p1', 'left')])).toThrow(
      'answers of 1; give those of 2 to 100',
    )
    expect(() => collectAnswers(checks, [])).toThrow('answers of 0')
  })
})
