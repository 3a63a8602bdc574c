import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium, runsChromium } from './chromium.ts'
import { runCli, temporaryDirectory } from './cli-runner.ts'
import { writeFixtureExperiment } from './lab-report-fixture.ts'
import { HOSTILE_TEXTS } from './report-fixture.ts'

describe.runIf(runsChromium)('the lab report in Chromium', () => {
  let browser: Browser
  const paths: Record<string, string> = {}

  beforeAll(async () => {
    const directory = temporaryDirectory()
    const [script = '', image = ''] = HOSTILE_TEXTS
    const plain = writeFixtureExperiment(join(directory, 'plain'), { audiences: ['price', 'quality'] })
    const hostile = writeFixtureExperiment(join(directory, 'hostile'), {
      topics: [...HOSTILE_TEXTS],
      audiences: [image, 'a'.repeat(2000)],
      text: script,
      writer: image,
      runsMax: 70,
    })
    for (const experiment of ['sensitivity', 'variance', 'ablation']) {
      const few = ['--topics', 'Drills,Spoons', '--audiences', 'price', '--out', join(directory, experiment)]
      const more = experiment === 'variance' ? [] : ['--iterations', '2']
      const { code, stderr } = await runCli(['lab', experiment, ...few, ...more])
      expect(code, stderr).toBe(0)
    }
    for (const [name, argv] of Object.entries({
      sensitivity: [join(directory, 'sensitivity')],
      variance: [join(directory, 'variance')],
      ablation: [join(directory, 'ablation')],
      plain: [plain],
      hostile: [hostile],
      two: [plain, hostile],
    })) {
      const path = join(directory, `${name}.html`)
      const { code, stderr } = await runCli(['lab', 'report', ...argv, '--out', path])
      expect(code, stderr).toBe(0)
      paths[name] = path
    }
    browser = await launchChromium()
  })

  afterAll(async () => {
    await browser?.close()
  })

  it.each([
    ['plain', 360],
    ['plain', 1280],
    ['hostile', 360],
    ['hostile', 1280],
    ['two', 360],
    ['two', 700],
    ['sensitivity', 360],
    ['variance', 360],
    ['ablation', 360],
  ] as const)(
    'opens %s at %i px: quiet, offline, no scrolling sideways, also with everything unfolded',
    async (name, width) => {
      const page = await browser.newPage({ viewport: { width, height: 900 } })
      const said: string[] = []
      const asked: string[] = []
      page.on('console', (message) => said.push(message.text()))
      page.on('pageerror', (error) => said.push(error.message))
      page.on('dialog', (dialog) => said.push(dialog.message()))
      page.on('request', (request) => asked.push(request.url()))
      const url = pathToFileURL(paths[name] as string).href
      await page.goto(url)
      const sideways = () => page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
      expect(await sideways()).toBeLessThanOrEqual(0)
      await page.evaluate('for (const d of document.querySelectorAll("details")) d.open = true')
      expect(await sideways()).toBeLessThanOrEqual(0)
      expect(await page.title()).not.toBe('owned')
      // The policy lets the page's own style in.
      expect(await page.evaluate('getComputedStyle(document.querySelector(".results")).borderCollapse')).toBe(
        'collapse',
      )
      const twice = await page.evaluate(
        '(() => { const ids = [...document.querySelectorAll("[id]")].map((one) => one.id); return ids.filter((id, at) => ids.indexOf(id) < at) })()',
      )
      expect(twice).toEqual([])
      await page.close()
      expect({ said, asked }).toEqual({ said: [], asked: [url] })
    },
  )

  it('draws a table for each chart and names each line beside its end', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    await page.goto(pathToFileURL(paths.plain as string).href)
    const [figures, withTable] = (await page.evaluate(
      '[document.querySelectorAll("figure").length, document.querySelectorAll("figure:has(svg) > details table").length]',
    )) as [number, number]
    expect(figures).toBe(2 * (1 + 2))
    expect(withTable).toBe(figures)
    const names = await page.evaluate(
      '[...document.querySelector(".multiples svg").querySelectorAll("[font-weight] text")].map((one) => one.textContent.split(" ")[1])',
    )
    expect(names).toEqual(['no-drop', 'random-ctr', 'partial-ctr', 'full-ctr', 'explore-exploit'])
    await page.close()
  })
})
