import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type ListeningService, listen as listenPages } from '../sdk/src/testing/listen.ts'
import { type ListeningServer, listen } from '../src/service/listen.ts'
import { type ServiceUnderTest, serviceUnderTest, TEST_START_MS } from '../src/testing/service-under-test.ts'
import { launchChromium, runsChromium } from './chromium.ts'

const TEXTS = ['Which vacuums are quiet?', 'Are vacuums cheap?', 'Do vacuums last?']
/** As people's browsers call themselves; what calls itself headless is taken for a machine. */
const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'

describe.runIf(runsChromium)('a page of another origin and the whole service', () => {
  let browser: Browser
  let service: ServiceUnderTest
  let served: ListeningServer
  let shop: ListeningService
  let html = ''

  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    service = await serviceUnderTest()
    await service.context('vacuums', TEXTS)
    served = await listen(service.app, { host: '127.0.0.1', port: 0, clock: service.clock })
    const page = { type: 'text/html; charset=utf-8', body: () => html }
    shop = await listenPages(async () => new Response(null, { status: 404 }), { '/': page })
  })
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()))
    await shop.close()
    const closed = served.close(0)
    await service.clock.advance(1000)
    await closed
  })

  async function open(key: string): Promise<{ page: Page; exceptions: Error[] }> {
    const script = `<script src="${served.url}/sdk/forage.js" data-key="${key}" defer></script>`
    html = `<!doctype html><title>Shop</title>${script}<forage-slate context="vacuums"><p>Call us</p></forage-slate>`
    const context = await browser.newContext({ userAgent: USER_AGENT })
    const page = await context.newPage()
    const exceptions: Error[] = []
    page.on('pageerror', (error) => exceptions.push(error))
    await page.clock.install({ time: TEST_START_MS })
    await page.goto(shop.url)
    return { page, exceptions }
  }

  test('what is seen and clicked counts', async () => {
    const { page, exceptions } = await open(service.publishableKey)
    const second = page.locator('forage-slate button').nth(1)
    await second.waitFor()
    await service.clock.advance(3000)
    await second.click()
    await vi.waitFor(
      async () => {
        await page.clock.runFor(1000)
        expect(service.dependencies.counters.events.accepted).toBe(4)
      },
      { timeout: 20_000 },
    )
    await service.clock.advance(1_800_000)
    await service.store.countClosed(service.clock.now())
    const context = await service.store.context('vacuums')
    const arms = await Promise.all(
      ['live', 'holdout'].map((arm) => service.store.tallies(context?.id as number, arm)),
    )
    expect(arms.flatMap(({ slates }) => slates)).toMatchObject([{ slates: 1, clicked: 1 }])
    expect(arms.map(({ leftOut }) => leftOut)).toEqual([{}, {}])
    expect(exceptions).toEqual([])
  })

  test('a key of other pages gets the page’s own content, and nothing is thrown', async () => {
    const { page, exceptions } = await open(await service.key({ origins: ['https://shop.example'] }))
    await vi.waitFor(() => expect(service.dependencies.counters.refused).toBe(1))
    await page.getByText('Call us').waitFor()
    expect(exceptions).toEqual([])
  })
})
