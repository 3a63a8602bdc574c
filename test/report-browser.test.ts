import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page, Request } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderReport } from '../src/report/render-report.ts'
import { launchChromium, runsChromium } from './chromium.ts'
import { fixtureRun, HOSTILE_TEXTS } from './report-fixture.ts'

const RUNS = {
  plain: fixtureRun(),
  hostile: fixtureRun({
    hostile: HOSTILE_TEXTS,
    topic: HOSTILE_TEXTS[1] as string,
    rendering: 'chat',
    shortAt: 3,
  }),
  stopped: fixtureRun({ stoppedAt: 7, standIn: true, relevance: false }),
  growing: fixtureRun({ strategy: 'no-drop', settings: { iterations: 150 } }),
}

describe.runIf(runsChromium)('the report in Chromium', () => {
  let directory: string
  let browser: Browser

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'forage-report-'))
    for (const [name, run] of Object.entries(RUNS)) {
      await writeFile(join(directory, `${name}.html`), renderReport(run))
    }
    browser = await launchChromium()
  })

  afterAll(async () => {
    await browser?.close()
    await rm(directory, { recursive: true, force: true })
  })

  /** Opens a report and gives it to `look`; whatever the page says or asks for comes back. */
  async function open(
    name: keyof typeof RUNS,
    width: number,
    look: (page: Page) => Promise<void>,
    fragment = '',
  ): Promise<{ said: string[]; asked: string[] }> {
    const url = pathToFileURL(join(directory, `${name}.html`)).href
    const page = await browser.newPage({ viewport: { width, height: 900 } })
    const said: string[] = []
    const requests: Request[] = []
    page.on('console', (message) => said.push(message.text()))
    page.on('pageerror', (error) => said.push(error.message))
    page.on('dialog', (dialog) => said.push(dialog.message()))
    page.on('request', (request) => requests.push(request))
    await page.goto(`${url}${fragment}`)
    await look(page)
    await page.close()
    // What the policy stopped never left the browser; it is heard on the console instead.
    const asked = requests
      .filter((request) => request.failure()?.errorText !== 'csp')
      .map((request) => request.url())
      .filter((address) => address.split('#')[0] !== url)
    return { said, asked }
  }

  it.each([
    ['plain', 360],
    ['plain', 700],
    ['plain', 1280],
    ['hostile', 360],
    ['hostile', 1280],
    ['stopped', 360],
    ['growing', 360],
    ['growing', 1280],
  ] as const)(
    'opens %s at %i px: quiet, offline, no scrolling sideways, also with everything unfolded',
    async (name, width) => {
      const heard = await open(name, width, async (page) => {
        const sideways = () => page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
        expect(await sideways()).toBeLessThanOrEqual(0)
        await page.evaluate('for (const d of document.querySelectorAll("details")) d.open = true')
        expect(await sideways()).toBeLessThanOrEqual(0)
        expect(await page.title()).not.toBe('owned')
        // The policy lets the page's own style in.
        expect(await page.evaluate('getComputedStyle(document.querySelector(".life")).display')).toBe('grid')
      })
      expect(heard).toEqual({ said: [], asked: [] })
    },
  )

  it('stays dead when its policy alone stands between a script and the page', async () => {
    const heard = await open('plain', 1280, async (page) => {
      await page.evaluate(`{
        const script = document.createElement('script')
        script.textContent = 'document.title = "owned"'
        document.body.append(script)
        document.body.insertAdjacentHTML('beforeend', '<img src="http://192.0.2.1/x" onerror="document.title=1">')
      }`)
      expect(await page.title()).toContain('Rice Cookers')
    })
    expect(heard.asked).toEqual([])
    for (const what of ['inline script', 'the image']) {
      expect(heard.said.some((text) => text.includes('Content Security Policy') && text.includes(what))).toBe(
        true,
      )
    }
  })

  it.each([360, 1280])('draws the lines of the family exactly between their rows at %i px', async (width) => {
    await open('plain', width, async (page) => {
      const gaps =
        (await page.evaluate(`[...document.querySelectorAll('.life:not(.head)')].flatMap((row, index, rows) =>
        [...row.querySelectorAll('.kin')].map((line) => {
          const rowsUp = Number.parseFloat(line.getAttribute('height')) / 100
          const middle = (of) => { const box = of.querySelector('.bar').getBoundingClientRect(); return box.top + box.height / 2 }
          const box = line.querySelector('path').getBoundingClientRect()
          return Math.max(Math.abs(box.top - middle(rows[index - rowsUp])), Math.abs(box.bottom - middle(row)))
        }))`)) as number[]
      expect(gaps.length).toBeGreaterThan(20)
      expect(Math.max(...gaps)).toBeLessThan(1.5)
    })
  })

  it('leads by keyboard from an item to the prompt that wrote it', async () => {
    await open('plain', 1280, async (page) => {
      await page.focus('.life a[href="#request-5"]')
      await page.keyboard.press('Enter')
      await page.waitForFunction('document.querySelector("#request-5").closest("details").open')
      expect(await page.isVisible('#request-5 pre')).toBe(true)
    })
  })

  it('keeps every word readable in light and in dark', async () => {
    await open('plain', 1280, async (page) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        const worst = await page.evaluate(`(() => {
          const style = getComputedStyle(document.documentElement)
          const light = (name) => {
            const hex = style.getPropertyValue(name).trim()
            const full = hex.length === 4 ? '#' + [...hex.slice(1)].map((c) => c + c).join('') : hex
            const parts = [1, 3, 5].map((at) => Number.parseInt(full.slice(at, at + 2), 16) / 255)
            const [r, g, b] = parts.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
            return 0.2126 * r + 0.7152 * g + 0.0722 * b
          }
          const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05)
          const inks = ['--ink', '--soft', '--accent', '--refused', '--seed', '--explore', '--exploit', '--rewrite', '--other']
          return Math.min(contrast('--warn', '--warn-bg'), ...inks.flatMap((ink) => ['--bg', '--raised'].map((paper) => contrast(ink, paper))))
        })()`)
        expect(worst).toBeGreaterThanOrEqual(4.5)
      }
    })
  })
})
