import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { launchChromium, runsChromium } from '../../test/chromium.ts'
import { problem } from './testing/fake-service.ts'
import { frames, PAGE_KEY, type SdkPages, sdkPages } from './testing/pages.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const ELEMENT = '<forage-slate context="vacuums" size="3" heading="People ask"><p>Call us</p></forage-slate>'
/** More than any screen is high. */
const SPACER = '<div style="height: 4000px"></div>'

describe.runIf(runsChromium)('the web component', () => {
  let browser: Browser
  let pages: SdkPages

  beforeAll(async () => {
    browser = await launchChromium()
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
  const action = (page: Page, number: number) => page.locator('forage-slate [part=action]').nth(number)
  const arrived = (events: string[]) =>
    vi.waitFor(() => expect(taken().sort()).toEqual(events.sort()), { timeout: 10_000 })

  test('shows a list of buttons under a heading, and asks with the key of the script tag', async () => {
    const { page, exceptions } = await pages.open(ELEMENT)
    const region = page.getByRole('region', { name: 'People ask' })
    await region.getByRole('button').first().waitFor()
    expect(await region.getByRole('heading', { level: 2 }).textContent()).toBe('People ask')
    expect(await region.getByRole('list').getByRole('listitem').count()).toBe(3)
    expect(await region.getByRole('button').allTextContents()).toEqual([
      'Which vacuums are cheap?',
      'Are vacuums loud at night?',
      'Do vacuums last ten years?',
    ])
    expect(await page.getByText('Call us').isVisible()).toBe(false)
    expect(pages.service.requests[0]).toMatchObject({ key: PAGE_KEY })
    expect(pages.service.requests[0]?.url.searchParams.get('visitor')).toMatch(/^\d{20,30}$/)
    expect(exceptions).toEqual([])
  })

  test('reports an item as seen after a second in view, and only then', async () => {
    const { page } = await pages.open(`${SPACER}${ELEMENT}${SPACER}`)
    await action(page, 0).waitFor()
    await page.clock.runFor(10_000)
    expect(pages.service.requests).toHaveLength(1)

    await page.locator('forage-slate').scrollIntoViewIfNeeded()
    await frames(page)
    await page.clock.runFor(900)
    await page.evaluate(() => scrollTo(0, 0))
    await frames(page)
    await page.clock.runFor(10_000)
    expect(taken()).toEqual([])

    await page.locator('forage-slate').scrollIntoViewIfNeeded()
    await frames(page)
    await page.clock.runFor(3100)
    await arrived(['impression i0', 'impression i1', 'impression i2'])
    await page.evaluate(() => scrollTo(0, 0))
    await page.locator('forage-slate').scrollIntoViewIfNeeded()
    await frames(page)
    await page.clock.runFor(10_000)
    expect(pages.service.arrivals).toHaveLength(3)
  })

  test('an item that is less than half in view, or made invisible, is not seen', async () => {
    const { page } = await pages.open(
      `<div style="height: 150px; overflow: hidden">${ELEMENT.replace('heading="People ask"', '')}</div>
       <forage-slate context="hidden" size="1" style="visibility: hidden"></forage-slate>`,
      {
        head: '<style>forage-slate { --forage-item-height: 100px; --forage-gap: 0px } body { margin: 0 }</style>',
      },
    )
    await action(page, 0).waitFor()
    await frames(page)
    await page.clock.runFor(4000)
    // 150 px of the list are in view: the first item, and exactly half of the second.
    await arrived(['impression i0', 'impression i1'])
    await page.evaluate(() =>
      document.querySelector<HTMLElement>('[context=hidden]')?.style.removeProperty('visibility'),
    )
    await page.clock.runFor(4000)
    await vi.waitFor(() => expect(pages.service.events.size).toBe(3))
  })

  test('a click is reported and told to the page', async () => {
    const { page } = await pages.open(ELEMENT)
    await page.evaluate(() => {
      addEventListener('forage-click', (event) => {
        document.title = (event as CustomEvent).detail.item.text
      })
    })
    await action(page, 1).click()
    await action(page, 1).click()
    expect(await page.title()).toBe('Are vacuums loud at night?')
    await page.clock.runFor(2100)
    await vi.waitFor(() => expect(taken()).toContain('click i1'))
    expect(taken().filter((event) => event.startsWith('click'))).toHaveLength(1)
  })

  test('works by keyboard alone, and shows where the focus is', async () => {
    const { page } = await pages.open(ELEMENT)
    await action(page, 0).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    const focused = action(page, 1)
    expect(await focused.evaluate((element) => element.matches(':focus-visible'))).toBe(true)
    expect(await focused.evaluate((element) => getComputedStyle(element).outlineStyle)).toBe('solid')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await page.clock.runFor(500)
    await page.clock.runFor(2100)
    await vi.waitFor(() =>
      expect(taken().filter((event) => event.startsWith('click'))).toEqual(['click i1', 'click i2']),
    )
  })

  test('links lead where the page says, and the click is delivered although the page goes', async () => {
    const { page } = await pages.open(
      `<forage-slate context="vacuums" size="2" href="/search?q={text}&id={id}"></forage-slate>`,
    )
    expect(await action(page, 0).getAttribute('href')).toBe(
      '/search?q=Which%20vacuums%20are%20cheap%3F&id=i0',
    )
    await frames(page)
    await page.clock.runFor(1000)
    await action(page, 0).click()
    await page.waitForURL('**/search?**')
    await arrived(['impression i0', 'impression i1', 'click i0'])
    // It is kept too, so that it comes again if the browser lost it; the next page knows that it did not.
    const beacon = pages.service.requests.find(({ url }) => url.searchParams.has('key'))
    expect(beacon?.key).toBe(PAGE_KEY)
    await action(page, 0).waitFor()
    await page.clock.runFor(2100)
    await page.waitForFunction(
      () => !Object.keys(localStorage).some((name) => name.startsWith('forage.queue')),
    )
    const ofFirst = [...pages.service.events.values()].filter(({ token }) => token === 'v1.slate-0')
    expect(ofFirst).toHaveLength(3)
  })

  test('a page may keep a link from leading away', async () => {
    const { page } = await pages.open(`<forage-slate context="vacuums" size="1" href="/gone"></forage-slate>`)
    await page.evaluate(() => addEventListener('forage-click', (event) => event.preventDefault()))
    const before = page.url()
    await action(page, 0).click()
    expect(page.url()).toBe(before)
  })

  test('shows the page’s own content when the service is away, throws nothing, reports nothing', async () => {
    pages.service.before = () => problem(503, 'store-unavailable')
    const { page, exceptions } = await pages.open(ELEMENT)
    await frames(page)
    await vi.waitFor(async () => {
      await page.clock.runFor(300)
      expect(await page.getByText('Call us').isVisible()).toBe(true)
    })
    await page.clock.runFor(20_000)
    expect(pages.service.requests.filter(({ method }) => method === 'POST')).toEqual([])
    expect(exceptions).toEqual([])
  })

  test('texts are text', async () => {
    const { page, exceptions } = await pages.open(
      '<forage-slate context="hostile" size="1" href="{text}"></forage-slate>',
    )
    await action(page, 0).waitFor()
    expect(await action(page, 0).textContent()).toContain('<img src=x')
    expect(await page.locator('forage-slate img').count()).toBe(0)
    expect(await page.title()).toBe('Shop')
    expect(exceptions).toEqual([])
  })

  test('passes axe while it loads and when it is there, as buttons and as links, in light and dark', async () => {
    for (const theme of ['light', 'dark']) {
      const head = `<style>:root { color-scheme: ${theme} }</style>`
      const { page } = await pages.open(
        `${ELEMENT}<forage-slate context="more" href="/{id}"></forage-slate>`,
        { head },
      )
      await action(page, 4).waitFor()
      await page.evaluate(AXE)
      const violations = await page.evaluate(async () => {
        // biome-ignore lint/suspicious/noExplicitAny: axe is put into the page as a script
        const { violations } = await (globalThis as any).axe.run()
        return violations.map(
          ({ id, nodes }: { id: string; nodes: unknown[] }) => `${id}: ${JSON.stringify(nodes)}`,
        )
      })
      expect(violations).toEqual([])
    }
  })

  test('what comes after it does not move when the slate arrives', async () => {
    for (const width of [1000, 360]) {
      let answer = () => {}
      pages.service.before = (request) =>
        request.method === 'GET'
          ? new Promise((resolve) => {
              answer = () => resolve(undefined)
            })
          : undefined
      const { page } = await pages.open(`${ELEMENT}<p id="after">After</p>`, {
        context: { viewport: { width, height: 800 } },
      })
      await page.locator('forage-slate [part=placeholder]').first().waitFor()
      const top = () => page.locator('#after').evaluate((element) => element.getBoundingClientRect().top)
      const before = await top()
      await vi.waitFor(() => expect(pages.service.requests.length).toBeGreaterThan(0))
      answer()
      await action(page, 0).waitFor()
      expect(await top(), `${width}`).toBe(before)
      pages.service.requests.length = 0
    }
  })

  test('runs under a policy that allows the service’s script and address and nothing else, with trusted types', async () => {
    const { page, exceptions, refused } = await pages.open(
      `${ELEMENT}<forage-slate context="b" href="/{id}"></forage-slate>`,
      {
        csp: "default-src 'none'; script-src SERVICE; connect-src SERVICE; require-trusted-types-for 'script'; trusted-types 'none'",
      },
    )
    await action(page, 3).waitFor()
    expect(await action(page, 0).evaluate((element) => getComputedStyle(element).borderTopStyle)).toBe(
      'solid',
    )
    await page.evaluate(() => document.querySelector('forage-slate')?.refresh())
    await action(page, 1).click()
    await page.clock.runFor(2100)
    await vi.waitFor(() => expect(taken()).toContain('click i1'))
    expect(refused).toEqual([])
    expect(exceptions).toEqual([])
  })

  test('stores nothing without consent, and a visitor’s name with it', async () => {
    const script = (consent: string) =>
      `<script src="${pages.serviceUrl}/sdk/forage.js" data-key="${PAGE_KEY}" ${consent} defer></script>`
    const { page } = await pages.open(ELEMENT, { script: script('data-consent="denied"') })
    await action(page, 0).click()
    const stored = () => page.evaluate(() => Object.keys(localStorage).sort())
    expect(await stored()).toEqual([])
    await page.evaluate('forage.setConsent(true)')
    expect(await stored()).toEqual(['forage.visitor'])
    await page.evaluate('forage.setConsent(false)')
    expect(await stored()).toEqual([])
  })

  test('another context is another slate; moving the element is not', async () => {
    const { page } = await pages.open(ELEMENT)
    await action(page, 0).waitFor()
    const loads = () => pages.service.requests.filter(({ method }) => method === 'GET')
    await page.evaluate(() => document.body.append(document.querySelector('forage-slate') as Element))
    expect(loads()).toHaveLength(1)
    await page.evaluate(() => {
      const element = document.querySelector('forage-slate')
      element?.setAttribute('context', 'fans')
      element?.setAttribute('size', '2')
    })
    await vi.waitFor(async () => expect(await page.locator('forage-slate [part=action]').count()).toBe(2))
    expect(loads()[1]?.url.pathname).toBe('/v1/contexts/fans/slate')
    expect(loads()).toHaveLength(2)
  })

  test('elements of one key share a client: one batch, one visitor', async () => {
    const { page } = await pages.open(
      '<forage-slate context="a" size="1"></forage-slate><forage-slate context="b" size="1"></forage-slate>',
    )
    await action(page, 1).waitFor()
    await frames(page)
    await page.clock.runFor(3100)
    await vi.waitFor(() => expect(pages.service.events.size).toBe(2))
    expect(pages.service.requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
    expect(
      new Set(pages.service.requests.slice(0, 2).map(({ url }) => url.searchParams.get('visitor'))).size,
    ).toBe(1)
  })

  test('the plain HTML example works as it stands, but for address and key', async () => {
    const example = readFileSync(new URL('../../examples/plain-html/index.html', import.meta.url), 'utf8')
    const html = example
      .replace('http://127.0.0.1:8787', pages.serviceUrl)
      .replace('fk_pub_CHANGE_ME', PAGE_KEY)
    const { page, exceptions } = await pages.openHtml(html)
    await action(page, 2).click()
    expect(await page.getByRole('status').textContent()).toBe('Do vacuums last ten years?')
    await frames(page)
    await page.clock.runFor(3100)
    await arrived(['impression i0', 'impression i1', 'impression i2', 'click i2'])
    expect(exceptions).toEqual([])
  })
})
