import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type BenchReport, claimHolds } from './bench.ts'
import { keepRecord, recordOf } from './records.ts'
import { type Form, reportForms, speedRatio, timeRounds } from './rounds.ts'

describe('rounds', () => {
  test('all forms run in each round, in turns, and ratios are taken within rounds', async () => {
    const order: string[] = []
    const scripted = (name: string, isRival: boolean, times: number[]): Form => ({
      name,
      isRival,
      async time() {
        order.push(name)
        return times[order.filter((other) => other === name).length - 5] ?? 1
      },
    })
    const forms = [scripted('ours', false, [2, 4, 1]), scripted('theirs', true, [20, 20, 30])]
    const times = await timeRounds(forms, { rounds: 3, roundMs: 0 })
    expect([...times]).toEqual([
      ['ours', [2, 4, 1]],
      ['theirs', [20, 20, 30]],
    ])
    expect(order.slice(4, 8)).toEqual(['ours', 'theirs', 'theirs', 'ours'])
    expect(reportForms(forms, times)[0]).toEqual({
      name: 'ours',
      isRival: false,
      median: 2,
      spread: [1, 4],
      unit: 'ms',
    })
    expect(speedRatio(times, 'ours', ['theirs'])).toEqual({ got: 10, spread: [5, 30] })
  })
})

describe('records', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'forage-bench-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test('are appended, and the table shows the latest with its misses', () => {
    const report: BenchReport = {
      cases: [
        {
          name: 'a case',
          forms: [{ name: 'a form', isRival: true, median: 0.0123456, spread: [0.01, 2], unit: 'ms' }],
        },
      ],
      claims: [
        { text: 'fast', wanted: 2, got: 3.5 },
        { text: 'small', wanted: 10, got: 12, atMost: true },
      ],
      versions: { NumPy: '2.4.6' },
      resultHash: 'abc',
    }
    const bench = { name: 'thing', question: 'How fast is the thing?', run: async () => report }
    const url = pathToFileURL(`${folder}/`)
    keepRecord(recordOf(bench, { ...report, resultHash: 'old' }), url)
    keepRecord(recordOf(bench, report), url)
    const kept = JSON.parse(readFileSync(join(folder, 'thing.json'), 'utf8'))
    expect(kept.map((record: BenchReport) => record.resultHash)).toEqual(['old', 'abc'])
    const table = readFileSync(join(folder, 'README.md'), 'utf8')
    expect(table).toContain('| a case | a form (rival) | 0.0123 ms | 0.01 to 2 |')
    expect(table).toContain('| fast | >= 2 | 3.5 |  | holds |')
    expect(table).toContain('| small | <= 10 | 12 |  | MISSED |')
    expect(table).toContain('NumPy 2.4.6. Result hash `abc`.')
    expect(report.claims.map(claimHolds)).toEqual([true, false])
  })
})
