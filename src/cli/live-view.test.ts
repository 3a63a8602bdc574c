import { describe, expect, it } from 'vitest'
import { fixtureRun, HOSTILE_TEXTS } from '../../test/report-fixture.ts'
import type { RunEvent } from '../lab/run-events.ts'
import { closingText } from './closing.ts'
import { liveView } from './live-view.ts'
import { terminalStyle } from './terminal-style.ts'
import { displayWidth } from './terminal-text.ts'

interface Shown {
  readonly text: string
  readonly writes: readonly string[]
}

/** Everything that is written while a run's events come, ten seconds apart per iteration. */
function shown(
  events: readonly RunEvent[],
  terminalColumns?: number,
  env: Record<string, string> = {},
): Shown {
  const writes: string[] = []
  let now = 0
  const stderr = {
    write: (text: string) => writes.push(text),
    ...(terminalColumns === undefined ? {} : { isTTY: true, columns: terminalColumns }),
  }
  const io = {
    stdout: stderr,
    stderr,
    stdin: (async function* () {})(),
    env,
    signal: new AbortController().signal,
    now: () => now,
  }
  const header = { strategySummary: 'a summary', directory: 'runs/x', notes: ['a note'] }
  const view = liveView(io, header)
  for (const event of events) {
    if (event.kind === 'iteration-finished') now += 10_000
    view.show(event)
  }
  view.stop()
  return { text: writes.join(''), writes }
}

const hostile = fixtureRun({ hostile: HOSTILE_TEXTS, shortAt: 2 }).events

describe('the live view', () => {
  it('lets no character of a model steer the terminal', () => {
    expect(shown(hostile).text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
    // On a terminal only its own sequences: colour, carriage return, clearing a line.
    const rest = shown(hostile, 100).text.replace(/\u001b\[(?:\d+m|K)|\r/g, '')
    expect(rest).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
  })

  it('keeps every line of an iteration within the width', () => {
    for (const columns of [60, 80, 133]) {
      const { text } = shown(hostile, columns, { NO_COLOR: '1' })
      for (const line of text.split(/\r|\n|\u001b\[K/)) {
        if (/^ {2,}(?:[\d.]+ %|left:|refused:|\d)/.test(line)) {
          expect(displayWidth(line), line).toBeLessThan(columns)
        }
      }
    }
  })

  it('shows of each iteration the pool by CTR, who left, what was refused and why, and the time left', () => {
    const { text } = shown(hostile)
    const block = /^ 3\/15 {2}pool CTR.*\n(?:.+\n)+/m.exec(text)?.[0] ?? ''
    expect(block).toMatch(/10\.0 s, about 2 min 0 s left/)
    const rates = [...block.matchAll(/^ +([\d.]+) % {2}i\d+/gm)].map(([, rate]) => Number(rate))
    expect(rates).toHaveLength(5)
    expect(rates).toEqual([...rates].sort((a, b) => b - a))
    expect(block).toMatch(/\(new, from i\d+/)
    expect(block).toMatch(/^ {4}left: {4}i\d+ \(/m)
    expect(block).toMatch(/^ {4}refused: \d+ [a-z-]+, such as: /m)
    expect(text).toMatch(/the writer gave 0 of 1 usable texts/)
    expect(text).toContain('a note')
  })

  it('says of the grammar that it is no language model, in words', () => {
    expect(shown(fixtureRun({ standIn: true }).events).text).toMatch(/writer +grammar \(no language model/)
    expect(shown(fixtureRun().events).text).not.toContain('no language model')
  })

  it('draws the status in one write, and leaves none behind', () => {
    const { writes } = shown(hostile, 80)
    expect(writes.some((text) => text.includes('writing pool 1 of 15'))).toBe(true)
    for (const text of writes.filter((one) => one.startsWith('\r'))) expect(text).toContain('\u001b[K')
    const end = writes.join('').split('\n').at(-1) ?? ''
    expect(end.split('\u001b[K').at(-1)?.trim()).toBe('')
  })
})

describe('the end of a run', () => {
  const { events } = fixtureRun({ hostile: HOSTILE_TEXTS })
  const pools = events.filter((event) => event.kind === 'iteration-finished')
  const finished = events.at(-1)
  const text = (columns: number) => {
    if (finished?.kind !== 'run-finished') throw new Error('the fixture ended early')
    const style = terminalStyle({ write: () => true, isTTY: true, columns }, { NO_COLOR: '1' })
    const closing = {
      first: pools[0]!,
      last: pools.at(-1)!,
      summary: finished.summary,
      seconds: 75,
      directory: 'runs/x',
      reportPath: '/a b/report.html',
      isMatched: false,
    }
    return closingText(closing, style)
  }

  it('shows the pools side by side, or one under the other on a narrow terminal', () => {
    expect(text(100)).toMatch(/^IP_0, pool CTR .* IP_15, pool CTR/m)
    expect(text(60)).toMatch(/^IP_0, pool CTR [\d.]+ %$(?:.|\n)*^IP_15, pool CTR [\d.]+ %$/m)
  })

  it('says the gain with its interval, what it took, and where it is', () => {
    expect(text(100)).toMatch(/^gain +[+-][\d.]+ percentage points .*95 % interval [+-][\d.]+ to [+-][\d.]+/m)
    expect(text(100)).toMatch(
      /^took +\d+ model calls, [\d,]+ tokens in, [\d,]+ out, cost not known, 1 min 15 s/m,
    )
    expect(text(100)).toContain('file:///a%20b/report.html')
    expect(text(100)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
  })
})
