import { createHash } from 'node:crypto'
import { parseHTML } from 'linkedom'
import { describe, expect, it } from 'vitest'
import { fixtureRun, HOSTILE_TEXTS } from '../../test/report-fixture.ts'
import { visibleText } from './html.ts'
import { LIMITS } from './limits.ts'
import { renderReport } from './render-report.ts'
import type { RunRecord } from './run-record.ts'
import { storyOf } from './story.ts'

const pageOf = (record: RunRecord) => parseHTML(renderReport(record)).document
const textOf = (element: { textContent: string | null } | null) =>
  (element?.textContent ?? '').replace(/[\s\u00a0]+/g, ' ').trim()

describe('a plain run', () => {
  const record = fixtureRun()
  const story = storyOf(record.events)
  const page = pageOf(record)

  it('gives the same bytes for the same run', () => {
    expect(renderReport(fixtureRun())).toBe(renderReport(record))
  })

  it('opens with the result and what it cost', () => {
    const tiles = [...page.querySelectorAll('.tiles > div')].map(textOf)
    const { firstCtr, lastCtr, gain } = story.summary!
    expect(tiles[0]).toContain(`IP0 CTR${(firstCtr * 100).toFixed(1)} %`)
    expect(tiles[1]).toContain(`IP15 CTR${(lastCtr * 100).toFixed(1)} %`)
    expect(tiles[2]).toContain(`+${(gain * 100).toFixed(1)} points 95 % interval +`)
    expect(tiles.slice(4).map((tile) => tile.split(/(?<=[a-z])(?=\d|unknown)/)[0])).toEqual([
      'model calls',
      'tokens in',
      'tokens out',
      'model time',
      'cost',
    ])
    expect(textOf(page.querySelector('section .note'))).toContain('It says nothing about other topics')
    expect(page.querySelectorAll('.banner')).toHaveLength(0)
  })

  it('sets the first pool beside the last, best first', () => {
    const pools = [...page.querySelectorAll('.pool')]
    expect(pools.map((pool) => textOf(pool.querySelector('h3')).slice(0, 4).trim())).toEqual(['IP0', 'IP15'])
    const best = [...story.iterations.at(-1)!.pool].sort((a, b) => b.itemCtr! - a.itemCtr!)
    expect([...pools[1]!.querySelectorAll('li .text')].map(textOf)).toEqual(best.map((entry) => entry.text))
  })

  it('has one h1 and no level of heading left out', () => {
    const levels = [...page.querySelectorAll('h1,h2,h3,h4')].map((heading) => Number(heading.tagName[1]))
    expect(levels.filter((level) => level === 1)).toEqual([1])
    expect(levels[0]).toBe(1)
    for (const [index, level] of levels.slice(1).entries())
      expect(level - levels[index]!).toBeLessThanOrEqual(1)
  })

  it('gives every id once, and every link inside the page a target', () => {
    const ids = [...page.querySelectorAll('[id]')].map((element) => element.id)
    expect(new Set(ids).size).toBe(ids.length)
    const links = [...page.querySelectorAll('a')].map((link) => link.getAttribute('href') ?? '')
    expect(links.length).toBeGreaterThan(35)
    for (const link of links) expect(ids).toContain(link.slice(1))
    for (const named of page.querySelectorAll('[aria-labelledby]')) {
      for (const id of named.getAttribute('aria-labelledby')!.split(' ')) expect(ids).toContain(id)
    }
  })

  it('names every drawing and offers its figures as a table', () => {
    const drawings = [...page.querySelectorAll('svg.plot')]
    expect(drawings).toHaveLength(6)
    for (const drawing of drawings) {
      expect(drawing.getAttribute('role')).toBe('img')
      expect(drawing.querySelector('title')?.textContent).toMatch(/by iteration$/)
      expect(drawing.querySelector('desc')?.textContent).toMatch(
        /^From .* at iteration 0 to .* at iteration 15\.$/,
      )
    }
    expect(page.querySelectorAll('.numbers tbody tr')).toHaveLength(16)
  })

  it('shows each request with its prompt, raw answers and the fate of each candidate', () => {
    const requests = [...page.querySelectorAll('.request')]
    expect(requests).toHaveLength(story.requests.length)
    for (const [index, request] of story.requests.entries()) {
      const shown = requests[index]!
      expect([...shown.querySelectorAll('tbody th')].map((cell) => textOf(cell).split(' ')[1])).toEqual(
        request.candidates.map((candidate) => candidate.fate),
      )
      const { request: asked, answer } = record.answers.get(request.answerKey)!
      expect(asked.prompt.rendering).toBe('completion')
      expect(shown.querySelectorAll('.raw pre')).toHaveLength(answer.texts.length)
      expect(shown.querySelector('.part:nth-of-type(2) pre')?.textContent).toBe(
        'tail' in asked.prompt ? asked.prompt.tail : '',
      )
    }
  })

  it('asks nothing of the outside, and runs nothing', () => {
    const markup = renderReport(record)
    expect(page.querySelectorAll('script,link,img,iframe,object,embed,form,base,[style],[src]')).toHaveLength(
      0,
    )
    expect(page.querySelectorAll('style')).toHaveLength(1)
    const style = page.querySelector('style')?.textContent ?? ''
    expect(style).not.toMatch(/url\(|@import|@font-face|undefined|NaN/)
    const hash = createHash('sha256').update(style).digest('base64')
    expect(page.querySelector('meta[http-equiv]')?.getAttribute('content')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    )
    expect(markup).not.toMatch(/NaN|undefined|\[object/)
  })
})

describe('hostile text', () => {
  const record = fixtureRun({
    hostile: HOSTILE_TEXTS,
    topic: HOSTILE_TEXTS[0]!,
    rendering: 'chat',
    strategy: 'full-ctr',
  })
  const hostile: RunRecord = {
    ...record,
    config: {
      personas: HOSTILE_TEXTS.map((text) => ({ name: text, description: text, weight: 1 })),
      article: HOSTILE_TEXTS.join('\n'),
    },
    notices: [HOSTILE_TEXTS[2]!],
    events: record.events.map((event) => {
      const bad = HOSTILE_TEXTS[1]!
      if (event.kind === 'run-started')
        return { ...event, strategy: bad, audience: bad, writer: bad, scorer: bad, task: bad }
      if (event.kind !== 'request-answered') return event
      return { ...event, mode: bad, promptVersion: bad }
    }),
  }
  const page = pageOf(hostile)

  it('stays text wherever it stands', () => {
    expect(page.querySelectorAll('script,img,[onerror],[onload],textarea')).toHaveLength(0)
    expect(page.querySelectorAll('style')).toHaveLength(1)
    expect(page.querySelector('h1')?.textContent).toBe(HOSTILE_TEXTS[0])
    expect(page.querySelector('title')?.textContent).toContain('<script>')
    expect(page.querySelector('[aria-labelledby=setup] pre')?.textContent).toContain('⟨U+202E⟩gpj.exe')
  })

  it('leaves no unseen character in the page', () => {
    const markup = renderReport(hostile)
    expect(visibleText(markup)).toBe(markup)
    expect(Buffer.from(markup, 'utf8').toString('utf8')).toBe(markup)
  })
})

describe('runs that are not plain', () => {
  it('says that a stand-in wrote, and that a run did not finish', () => {
    const page = pageOf(fixtureRun({ standIn: true, stoppedAt: 7, relevance: false }))
    const banners = [...page.querySelectorAll('.banner')].map(textOf)
    expect(banners[0]).toContain('No language model wrote these texts.')
    expect(banners[1]).toContain('It stopped after iteration 6 of 15')
    expect(page.querySelectorAll('.tiles > div')).toHaveLength(9)
    expect(page.querySelectorAll('svg.plot')).toHaveLength(3)
    expect(textOf(page.body)).toContain('This audience does not tell relevance')
  })

  it('tells births that fell short', () => {
    const page = pageOf(fixtureRun({ shortAt: 3 }))
    const row = page.querySelectorAll('.iterations tbody tr')[3]
    expect(textOf(row as never)).toContain('fewer births: exploit, 1 wanted, 0 written')
    expect(page.querySelectorAll('.again')).toHaveLength(3)
  })

  it('opens a run that stopped before its first iteration was finished', () => {
    const page = pageOf(fixtureRun({ stoppedAt: 0 }))
    expect(textOf(page.body)).toContain('No iteration was finished, so there is no result.')
    expect(page.querySelectorAll('.request')).toHaveLength(1)
    const links = [...page.querySelectorAll('nav a')].map((link) => link.getAttribute('href')!.slice(1))
    for (const id of links) expect(page.getElementById(id)).not.toBeNull()
  })

  it('opens a run of one pool', () => {
    const page = pageOf(fixtureRun({ settings: { iterations: 0, poolSize: 3 } }))
    expect(page.querySelectorAll('.pool')).toHaveLength(1)
    expect(page.querySelectorAll('.life:not(.head)')).toHaveLength(3)
  })

  it('draws 155 items of a pool that only grows', () => {
    const page = pageOf(fixtureRun({ strategy: 'no-drop', settings: { iterations: 150 } }))
    expect(page.querySelectorAll('.life:not(.head)')).toHaveLength(155)
    expect(page.querySelectorAll('.pool:last-child > ol > li')).toHaveLength(LIMITS.poolItemsOpen)
    expect(page.querySelectorAll('.pool:last-child details li')).toHaveLength(155 - LIMITS.poolItemsOpen)
  })

  it('keeps a long run to a size, and says what it leaves out', () => {
    const markup = renderReport(fixtureRun({ settings: { iterations: 1000 } }))
    const page = parseHTML(markup).document
    expect(markup.length).toBeLessThan(6_000_000)
    expect(page.querySelectorAll('.request')).toHaveLength(200)
    expect(page.querySelectorAll('.iterations tbody tr')).toHaveLength(201)
    expect(page.querySelectorAll('.life:not(.head)')).toHaveLength(LIMITS.familyItems)
    const text = textOf(page.body)
    expect(text).toContain('The first 100 and the last 100 stand here; the 1,801 between are in events.jsonl')
    expect(text).toContain('801 iterations between, not shown here')
    expect(text).toContain('240 of 2,005 items are drawn')
    expect(text).toContain('characters left out here')
    expect(page.querySelectorAll('#request-2001')).toHaveLength(1)
  })

  it('tells a cost that is known', () => {
    expect(
      textOf(pageOf(fixtureRun({ costUsd: 0.0004 })).querySelector('.tiles.small div:last-child')),
    ).toMatch(/cost\$0\.01/)
  })
})
