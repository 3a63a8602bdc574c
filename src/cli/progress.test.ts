import { expect, test } from 'vitest'
import { formatSeconds, progressBar } from './progress.ts'

/** A stream that keeps what is written, and a clock that is moved by hand. */
function fixture(isTTY: boolean, columns = 100) {
  const written: string[] = []
  const clock = { ms: 0 }
  const stream = { isTTY, columns, write: (text: string) => written.push(text) }
  return { written, clock, bar: progressBar(stream, () => clock.ms) }
}

test('on a terminal one line is redrawn: bar, percent, bytes, rate, time left, label', () => {
  const { written, clock, bar } = fixture(true)
  bar.update('part 1', 0, 100_000_000)
  clock.ms = 1_000
  bar.update('part 1', 25_000_000, 100_000_000)
  expect(written.at(-1)).toBe(
    '\r[======                  ]   25 %  25.0 of 100.0 MB  25.0 MB/s  3 s left  part 1\u001b[K',
  )
  bar.stop()
  bar.stop()
  expect(written.filter((text) => text.includes('\n'))).toEqual(['\n'])
})

test('a terminal is not redrawn more often than ten times a second, but at the end', () => {
  const { written, clock, bar } = fixture(true)
  for (let ms = 0; ms < 1_000; ms++) {
    clock.ms = ms
    bar.update('file', ms, 1_000)
  }
  expect(written.length).toBe(10)
  bar.update('file', 1_000, 1_000)
  expect(written.length).toBe(11)
  expect(written.at(-1)).toContain('100 %')
})

test('a line is cut to the width of the terminal', () => {
  const { written, bar } = fixture(true, 40)
  bar.update('a very long label '.repeat(10), 1, 2)
  expect(written[0]!.replace('\r', '').replace('\u001b[K', '').length).toBe(39)
})

test('a note stands above the bar', () => {
  const { written, bar } = fixture(true)
  bar.note('before')
  bar.update('file', 1, 2)
  bar.note('between')
  expect(written[0]).toBe('before\n')
  expect(written[2]).toBe('\r\u001b[Kbetween\n')
  expect(written[3]).toContain('50 %')
})

test('elsewhere: plain lines, one for each tenth', () => {
  const { written, clock, bar } = fixture(false)
  for (let done = 0; done <= 1_000; done++) {
    clock.ms = done
    bar.update('file', done * 1_000, 1_000_000)
  }
  bar.stop()
  expect(written.length).toBe(11)
  expect(written.every((line) => /^[ -~]+\n$/.test(line))).toBe(true)
  expect(written[0]).toBe('  0 %  0.0 of 1.0 MB  file\n')
  expect(written.at(-1)).toBe('100 %  1.0 of 1.0 MB  1.0 MB/s  file\n')
})

test('the rate is that of the last seconds, and a new source starts afresh', () => {
  const { written, clock, bar } = fixture(true)
  for (const [ms, bytes] of [
    [0, 0],
    [10_000, 1_000_000],
    [20_000, 2_000_000],
    [21_000, 12_000_000],
    [26_000, 62_000_000],
  ] as const) {
    clock.ms = ms
    bar.update('file', bytes, 100_000_000)
  }
  expect(written.at(-1)).toContain('10.0 MB/s  4 s left')
  clock.ms = 27_000
  bar.update('file', 0, 50_000_000)
  expect(written.at(-1)).not.toContain('MB/s')
})

test('nothing to do is all done, and more than all is all', () => {
  const { written, bar } = fixture(false)
  bar.update('empty', 0, 0)
  bar.update('file', 30, 20)
  expect(written.every((line) => line.startsWith('100 %'))).toBe(true)
})

test.each([
  [0.4, '0 s'],
  [59, '59 s'],
  [125, '2 min 5 s'],
  [3_780, '1 h 3 min'],
])('%d seconds', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text)
})
