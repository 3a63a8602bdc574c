import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type FakeService, fakeService, problem } from '../sdk/src/testing/fake-service.ts'
import { type ListeningService, listen } from '../sdk/src/testing/listen.ts'
import { launchChromium, runsChromium } from './chromium.ts'

const SERVER = fileURLToPath(new URL('../examples/express/server.js', import.meta.url))
let service: FakeService
let listening: ListeningService
let shop: ChildProcess
let shopUrl: string

beforeEach(async () => {
  service = fakeService()
  listening = await listen(service.fetch)
  shop = spawn(process.execPath, [SERVER], {
    env: { PATH: process.env.PATH, FORAGE_URL: listening.url, FORAGE_KEY: 'fk_pub_abc123_secret', PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface({ input: shop.stdout as NodeJS.ReadableStream }), 'line')
  shopUrl = String(line)
})

afterEach(async () => {
  if (shop.exitCode === null) {
    shop.kill('SIGKILL')
    await once(shop, 'exit')
  }
  await listening.close()
})

const linksOf = (html: string) =>
  [...html.matchAll(/href="(\/ask[^"]*)"/g)].map(([, href]) => String(href).replaceAll('&#38;', '&'))

test('renders a slate, and reports what was shown and clicked before it ends', async () => {
  const first = await fetch(shopUrl)
  const links = linksOf(await first.text())
  expect(links).toHaveLength(3)
  const cookie = String(first.headers.get('set-cookie')).split(';')[0] as string
  const answer = await fetch(new URL(links[1] as string, shopUrl), { headers: { cookie } })
  expect(await answer.text()).toContain('Are vacuums loud at night?')
  await (await fetch(shopUrl, { headers: { cookie } })).text()
  const visitors = service.requests.map(({ url }) => url.searchParams.get('visitor')).filter(Boolean)
  expect(visitors).toHaveLength(2)
  expect(new Set(visitors).size).toBe(1)

  shop.kill('SIGTERM')
  const [code] = await once(shop, 'exit')
  expect(code).toBe(0)
  expect([...service.events.values()].map(({ type, item, token }) => [type, item, token])).toEqual([
    ['impression', undefined, 'v1.slate-0'],
    ['click', 'i1', 'v1.slate-0'],
    ['impression', undefined, 'v1.slate-1'],
  ])
})

test('without the service it shows its own questions and stays up', async () => {
  service.before = () => problem(503, 'store-unavailable')
  const html = await (await fetch(shopUrl)).text()
  expect(html).toContain('Which vacuum suits a small flat?')
  const [link] = linksOf(html)
  expect((await fetch(new URL(link as string, shopUrl))).status).toBe(200)
  service.before = undefined
  await vi.waitFor(async () => expect(linksOf(await (await fetch(shopUrl)).text())).toHaveLength(3))
  shop.kill('SIGTERM')
  await once(shop, 'exit')
  expect([...service.events.values()].every(({ type }) => type === 'impression')).toBe(true)
})

test.runIf(runsChromium)('its pages pass axe, in light and dark, wide and narrow', async () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  const browser = await launchChromium()
  try {
    for (const [colorScheme, width] of [
      ['light', 1000],
      ['dark', 340],
    ] as const) {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 700 } })
      for (const path of ['/', '/ask?text=Which%20vacuum%3F']) {
        await page.goto(new URL(path, shopUrl).href)
        await page.evaluate(axe)
        // biome-ignore lint/suspicious/noExplicitAny: axe is put into the page as a script
        const { violations } = await page.evaluate(() => (globalThis as any).axe.run())
        expect(violations).toEqual([])
        const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
        expect(await page.evaluate(overflow)).toBe(0)
      }
      await page.close()
    }
  } finally {
    await browser.close()
  }
})
