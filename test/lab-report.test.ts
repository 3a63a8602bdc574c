import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCli, temporaryDirectory } from './cli-runner.ts'
import { type FixtureExperiment, writeFixtureExperiment } from './lab-report-fixture.ts'
import { HOSTILE_TEXTS } from './report-fixture.ts'

const fixture = (options?: FixtureExperiment) =>
  writeFixtureExperiment(join(temporaryDirectory(), 'results'), options)

const LENGTH = { experiment: 'length', audiences: ['words'], strategies: ['random-ctr', 'full-ctr'] }

async function page(...argv: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli(['lab', 'report', ...argv])
  expect(code, stderr).toBe(0)
  return readFileSync(stdout.trim().split('\n').at(-1) as string, 'utf8')
}

describe('the report of one experiment', () => {
  it('shows the figures that the experiment itself printed, beside the paper, with links to its tables', async () => {
    const out = join(temporaryDirectory(), 'results')
    const argv = ['lab', 'table5', '--topics', 'shopping', '--topics-max', '2', '--iterations', '3']
    const printed = await runCli([...argv, '--out', out])
    const html = await page(out)
    const rows = printed.stdout.split('\n').filter((line) => /^(quality|explore-exploit above) /.test(line))
    expect(rows.length).toBeGreaterThanOrEqual(2)
    for (const cell of rows.flatMap((row) => row.split(/ {2,}/))) expect(html).toContain(cell.trim())
    expect(html).toContain('18.5 / 23.4')
    expect(html).toContain('no language model')
    for (const name of ['table5.md', 'table5.csv', 'curves.csv']) {
      expect(html).toContain(`href="./${name}"`)
    }
    expect(await page(out)).toBe(html)
  })

  it('counts refusals and effort by strategy', async () => {
    const html = await page(fixture({ strategies: ['no-drop', 'full-ctr'] }))
    const cells = (name: string) =>
      [
        ...(new RegExp(`<th scope="row">${name}</th>(.*?)</tr>`).exec(html)?.[1] ?? '').matchAll(
          />([^<]+)<\/td>/g,
        ),
      ].map(([, cell]) => cell)
    expect(cells('too-long')).toEqual(['0', '3', '3'])
    expect(cells('duplicate')).toEqual(['3', '3', '6'])
    expect(cells('model calls')).toEqual(['30', '30', '60'])
    expect(cells('cost')).toEqual(['$0.03', '$0.03', '$0.06'])
  })

  it('has no band and no interval with one topic', async () => {
    const one = await page(fixture({ topics: ['Drills'] }))
    expect(one).not.toMatch(/data-label="full-ctr">[\d.]+ \(/)
    expect(await page(fixture())).toMatch(/data-label="full-ctr">[\d.]+ \([\d.]+ to [\d.]+\)/)
  })

  it('draws one strategy alone', async () => {
    const html = await page(fixture({ strategies: ['full-ctr'] }))
    expect(html).toContain('not tested')
    expect(html).toContain('full-ctr: from')
  })

  it('says so where no audience tells relevance', async () => {
    expect(await page(fixture({ ...LENGTH, relevance: false }))).toContain(
      'No audience of these runs tells relevance',
    )
  })

  it('names what an unfinished experiment lacks, and passes over half a line', async () => {
    const out = fixture({ runsMax: 8, failedAt: 6 })
    appendFileSync(join(out, 'runs.jsonl'), '{"kind":"fin')
    const html = await page(out)
    expect(html).toContain('Not complete: 7\u00a0runs still to be made')
    expect(html).toContain('line 9) is not whole')
    expect(html).toContain('random-ctr, Spoons, price, seed 1: the writer filled no slate')
    expect(readFileSync(join(out, 'runs.jsonl'), 'utf8')).toMatch(/\{"kind":"fin$/)
    expect(await page(fixture({ runsMax: 0 }))).toContain('No case is finished')
  })

  it('shows hostile names and texts as text', async () => {
    const [script = '', image = ''] = HOSTILE_TEXTS
    for (const text of HOSTILE_TEXTS) {
      const html = await page(
        fixture({
          topics: [script, image],
          audiences: [image, text],
          strategies: ['full-ctr'],
          text,
          writer: script,
        }),
      )
      expect(html).not.toMatch(/<(script|img|textarea)/i)
      expect(html.match(/<\/style>/g)).toHaveLength(1)
      expect(html).toContain('default-src &#39;none&#39;; style-src &#39;sha256-')
    }
  })

  it('holds 50 topics before 11 populations in a few megabytes', async () => {
    const numbered = (name: string, count: number) =>
      Array.from({ length: count }, (_, at) => `${name} ${at}`)
    const html = await page(
      fixture({ topics: numbered('Topic', 50), audiences: numbered('people', 11), iterations: 15 }),
    )
    expect(html.length).toBeLessThan(3_000_000)
    expect(html.match(/<figure>/g)).toHaveLength(2 * (1 + 11))
  })
})

describe('several experiments', () => {
  it('stand side by side, with the difference of the cases that match', async () => {
    const [a, b] = [fixture(), fixture({ lift: 0.1, topics: ['Drills', 'Spoons', 'Fuses', 'Clips'] })]
    const html = await page(a, b)
    // The same draws, lifted by ten points; the fourth topic has no match.
    expect(html).toMatch(/data-label="B less A">10\.0 \(10\.0 to 10\.0\), 3 topics</)
    expect(html).toContain('4 shopping')
    const csv = readFileSync(join(a, 'comparison.csv'), 'utf8').trim().split('\n')
    expect(csv).toHaveLength(1 + 5 * 2)
    expect(csv[0]).toContain('less_first_low')
    expect(readFileSync(join(a, 'comparison.md'), 'utf8')).toContain('## Side by side')
  })

  it('have no difference where the people of a name are others', async () => {
    const html = await page(fixture(), fixture({ description: 'Another person.' }))
    expect(html).toContain('<td data-label="B less A"></td>')
    expect(html).not.toMatch(/data-label="B less A">\d/)
  })

  it('may be of different kinds', async () => {
    const html = await page(fixture(), fixture(LENGTH))
    expect(html).toContain('B: Length test')
    expect(html).toContain('rise fastest and highest')
  })
})

describe('what is refused', () => {
  const change = (name: string, from: string | RegExp, to: string) => () => {
    const out = fixture()
    const path = join(out, name)
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to))
    return out
  }
  it.each([
    ['nothing there', () => join(temporaryDirectory(), 'none'), 'is not there'],
    ['an empty directory', temporaryDirectory, 'holds no config.json'],
    ['a single run', change('config.json', '"experiment"', '"other"'), 'forage report'],
    ['another format', change('config.json', '"format":1', '"format":2'), 'this version reads 1'],
    ['another experiment', change('config.json', '"table5"', '"mine"'), 'table5, length'],
    ['a wrong field', change('config.json', '"strategies":[', '"strategies":[4,'), 'strategies[0]'],
    ['no JSON', change('config.json', '{', ''), 'not JSON'],
    ['a foreign run', change('runs.jsonl', 'Drills', 'Saws'), 'plans no such run'],
    ['a broken line', change('runs.jsonl', '"clicked"', '"clacked"'), 'line 1'],
  ])('%s', async (_, make, part) => {
    const out = make()
    const { code, stdout, stderr } = await runCli(['lab', 'report', out])
    expect(code, stderr).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(part)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(existsSync(join(out, 'report.html'))).toBe(false)
  })

  it('a report of another ending, and a directory given twice', async () => {
    const out = fixture()
    expect((await runCli(['lab', 'report', out, '--out', 'x.pdf'])).stderr).toContain('.html')
    expect((await runCli(['lab', 'report', out, out])).stderr).toContain('given twice')
  })
})
