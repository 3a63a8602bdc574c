import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { launchChromium, runsChromium } from '../../test/chromium.ts'
import { problem } from './testing/fake-service.ts'
import { frames, PAGE_KEY, type SdkPages, sdkPages } from './testing/pages.ts'

const ELEMENT = '<forage-slate context="vacuums" size="3"><p>Call us</p></forage-slate>'

describe.runIf(runsChromium)('the web component while its page comes, goes and changes', () => {
  let browser: Browser
  let pages: SdkPages

  beforeAll(async () => {
    // Pages that were left are kept as they are, as in people's browsers.
    browser = await launchChromium(['--disable-back-forward-cache'])
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    pages = await sdkPages(browser)
  })
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()))
    await pages.close()
  })

  const taken = () => [...pages.service.events.values()].map(({ type, item }) => `${type} ${item}`)
  const arrived = (events: string[]) =>
    vi.waitFor(() => expect(taken().sort()).toEqual(events.sort()), { timeout: 10_000 })
  const action = (page: Page, number: number) => page.locator('forage-slate [part=action]').nth(number)
  const slatesAsked = () => pages.service.requests.filter(({ method }) => method === 'GET').length
  const beacons = () => pages.service.requests.filter(({ url }) => url.searchParams.has('key'))
  /** From now on the page counts those of its document in `listeners`. */
  const countListeners = (page: Page) =>
    page.evaluate(() => {
      let listeners = 0
      Object.defineProperty(globalThis, 'listeners', { get: () => listeners })
      const { addEventListener, removeEventListener } = document
      document.addEventListener = (...listener: Parameters<typeof addEventListener>) => {
        listeners++
        addEventListener.apply(document, listener)
      }
      document.removeEventListener = (...listener: Parameters<typeof removeEventListener>) => {
        listeners--
        removeEventListener.apply(document, listener)
      }
    })
  /** What a page sees when its tab is no longer, or again, the one that is looked at. */
  const turn = (page: Page, state: 'hidden' | 'visible') =>
    page.evaluate((isHidden) => {
      Object.defineProperty(document, 'hidden', { value: isHidden, configurable: true })
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
    }, state === 'hidden')

  test('in a tab that nobody looks at nothing is seen; what was seen before it went is handed over', async () => {
    const { page } = await pages.open(ELEMENT)
    await action(page, 0).waitFor()
    await turn(page, 'hidden')
    await frames(page)
    await page.clock.runFor(5000)
    expect(taken()).toEqual([])
    await turn(page, 'visible')
    await page.clock.runFor(900)
    await turn(page, 'hidden')
    await page.clock.runFor(5000)
    expect(taken()).toEqual([])
    await turn(page, 'visible')
    await page.clock.runFor(1000)
    expect(beacons()).toEqual([])
    await turn(page, 'hidden')
    await arrived(['impression i0', 'impression i1', 'impression i2'])
    expect(beacons()).toHaveLength(1)
    // Handed over once: coming and going sends nothing more until the timer does.
    await turn(page, 'visible')
    await turn(page, 'hidden')
    expect(beacons()).toHaveLength(1)
  })

  test('a page that is left and come back to is as it was, and still reports', async () => {
    const { page, exceptions } = await pages.open(ELEMENT, { isClockReal: true })
    await action(page, 2).waitFor()
    const texts = await page.locator('forage-slate [part=action]').allTextContents()
    await page.evaluate(() => {
      addEventListener('pageshow', ({ persisted }) => {
        document.title = persisted ? 'kept' : 'loaded again'
      })
    })
    await page.goto(`${page.url()}search`)
    await page.evaluate(() => history.back())
    await vi.waitFor(async () => expect(await page.title()).toBe('kept'))
    expect(await page.locator('forage-slate [part=action]').allTextContents()).toEqual(texts)
    await action(page, 1).click()
    await vi.waitFor(() => expect(taken()).toContain('click i1'), { timeout: 10_000 })
    expect(exceptions).toEqual([])
  })

  test('what happens offline is delivered when the network is back', async () => {
    const { page, exceptions } = await pages.open(ELEMENT)
    await action(page, 0).waitFor()
    await page.context().setOffline(true)
    await action(page, 2).click()
    await frames(page)
    await page.clock.runFor(3100)
    await page.waitForFunction(() =>
      Object.keys(localStorage).some((name) => name.startsWith('forage.queue')),
    )
    expect(taken()).toEqual([])
    // From here on no timer of the page runs: it is the network's coming back that sends.
    await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 100)
    await page.context().setOffline(false)
    await vi.waitFor(() => expect(taken()).toContain('click i2'), { timeout: 10_000 })
    expect(new Set(pages.service.arrivals).size).toBe(pages.service.arrivals.length)
    expect(exceptions).toEqual([])
  })

  test('with the service away the next page shows the last texts, and reports nothing for them', async () => {
    const { page } = await pages.open(ELEMENT)
    await action(page, 2).waitFor()
    const texts = await page.locator('forage-slate [part=action]').allTextContents()
    pages.service.before = () => problem(503, 'store-unavailable')
    await page.reload()
    await vi.waitFor(async () => {
      await page.clock.runFor(300)
      expect(await page.locator('forage-slate [part=action]').allTextContents()).toEqual(texts)
    })
    pages.service.before = undefined
    expect(await page.evaluate(() => document.querySelector('forage-slate')?.slate?.source)).toBe('stale')
    await action(page, 0).click()
    await frames(page)
    await page.clock.runFor(10_000)
    expect(taken()).toEqual([])
  })

  test('put in and taken out again and again it asks once, is seen once, and leaves nothing behind', async () => {
    const { page, exceptions } = await pages.open(ELEMENT)
    await action(page, 2).waitFor()
    await countListeners(page)
    const counts = await page.evaluate(async () => {
      const element = document.querySelector('forage-slate') as HTMLElement
      const counts = new Set<unknown>()
      for (let i = 0; i < 50; i++) {
        element.remove()
        await Promise.resolve()
        counts.add(Reflect.get(globalThis, 'listeners'))
        document.body.append(element)
      }
      return [...counts]
    })
    // The first rows' were there before the counting began.
    expect(counts).toEqual([-3])
    expect(slatesAsked()).toBe(1)
    await frames(page)
    await page.clock.runFor(3100)
    await arrived(['impression i0', 'impression i1', 'impression i2'])
    expect(exceptions).toEqual([])
  })

  test('taken out at once it asks for nothing; taken out while it waits it shows what came when it is back', async () => {
    const answers: (() => void)[] = []
    pages.service.before = () => new Promise((resolve) => answers.push(() => resolve(undefined)))
    const { page } = await pages.open('')
    await countListeners(page)
    await page.evaluate(() => {
      const brief = document.createElement('forage-slate')
      brief.setAttribute('context', 'brief')
      document.body.append(brief)
      brief.remove()
      const element = document.createElement('forage-slate')
      element.setAttribute('context', 'vacuums')
      document.body.append(element)
    })
    await vi.waitFor(() => expect(answers).toHaveLength(1))
    await page.evaluate(() => {
      const element = document.querySelector('forage-slate') as HTMLElement
      Object.assign(globalThis, { element })
      element.remove()
      element.addEventListener('forage-load', () => {
        document.title = 'loaded'
      })
    })
    answers[0]?.()
    await vi.waitFor(async () => expect(await page.title()).toBe('loaded'))
    expect(await page.evaluate('listeners')).toBe(0)
    await page.clock.runFor(10_000)
    expect(taken()).toEqual([])
    await page.evaluate('document.body.append(element)')
    await action(page, 2).waitFor()
    expect(pages.service.requests.map(({ url }) => url.pathname)).toEqual(['/v1/contexts/vacuums/slate'])
  })

  test('another context given while it is out, and a slate whose time is over, are asked for when it is back', async () => {
    const { page } = await pages.open(ELEMENT)
    await action(page, 2).waitFor()
    const backAfter = (change: string, ms: number) =>
      page
        .evaluate(`element = document.querySelector('forage-slate'); element.remove(); ${change}`)
        .then(() => page.clock.runFor(ms))
        .then(() => page.evaluate('document.body.append(element)'))
    await backAfter('element.setAttribute("context", "fans")', 0)
    await vi.waitFor(() => expect(slatesAsked()).toBe(2))
    await vi.waitFor(async () =>
      expect(await page.evaluate(() => document.querySelector('forage-slate')?.slate?.context)).toBe('fans'),
    )
    await backAfter('', 60_000)
    expect(slatesAsked()).toBe(2)
    await backAfter('', 1_800_000)
    await vi.waitFor(() => expect(slatesAsked()).toBe(3))
  })

  test('a new slate leaves the focus where it was', async () => {
    const { page } = await pages.open(ELEMENT)
    await action(page, 2).waitFor()
    await page.evaluate(() => {
      const element = document.querySelector('forage-slate')
      element?.addEventListener('forage-click', () => void element.refresh())
    })
    await action(page, 1).focus()
    await page.keyboard.press('Enter')
    await vi.waitFor(async () =>
      expect(await page.evaluate(() => document.querySelector('forage-slate')?.slate?.token)).toBe(
        'v1.slate-1',
      ),
    )
    const focused = () =>
      page.evaluate(() => {
        const root = document.querySelector('forage-slate')?.shadowRoot
        return [...(root?.querySelectorAll('button') ?? [])].indexOf(root?.activeElement as HTMLButtonElement)
      })
    expect(await focused()).toBe(1)
    await page.evaluate(() => document.querySelector('forage-slate')?.setAttribute('heading', 'More'))
    expect(await focused()).toBe(1)
    await page.keyboard.press('Tab')
    expect(await focused()).toBe(2)
  })

  test('the script twice, async, or as a module, is one client that hears of consent', async () => {
    const tag = (more: string) =>
      `<script src="${pages.serviceUrl}/sdk/forage.js" data-key="${PAGE_KEY}" data-consent="denied" ${more}></script>`
    for (const script of [tag('defer') + tag('defer'), tag('async'), tag('type="module"')]) {
      const { page, exceptions } = await pages.open(ELEMENT, { script })
      await action(page, 2).waitFor()
      expect(pages.service.requests.at(-1)?.key).toBe(PAGE_KEY)
      expect(await page.evaluate(() => localStorage.length)).toBe(0)
      await page.evaluate('forage.setConsent(true)')
      expect(await page.evaluate(() => Object.keys(localStorage))).toEqual(['forage.visitor'])
      expect(exceptions).toEqual([])
    }
  })

  test('its borders and its focus are there where the system chooses the colours', async () => {
    const { page } = await pages.open(ELEMENT, { context: { forcedColors: 'active' } })
    await action(page, 2).waitFor()
    await page.keyboard.press('Tab')
    const style = await action(page, 0).evaluate((element) => {
      const { borderTopWidth, borderTopStyle, outlineWidth, outlineStyle } = getComputedStyle(element)
      return [borderTopWidth, borderTopStyle, outlineWidth, outlineStyle]
    })
    expect(style).toEqual(['1px', 'solid', '2px', 'solid'])
  })
})
