import { readFileSync } from 'node:fs'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { type FakeService, fakeService } from './fake-service.ts'
import { listen } from './listen.ts'

export const PAGE_KEY = 'fk_pub_abc123_secret'
const SCRIPT = readFileSync(new URL('../../dist/forage.js', import.meta.url))

export interface SdkPages {
  readonly service: FakeService
  readonly serviceUrl: string
  /** Opens a page of another origin than the service's, whose clock can be moved on. */
  open(body: string, options?: OpenOptions): Promise<OpenPage>
  /** The same with a whole page. */
  openHtml(html: string, options?: OpenOptions): Promise<OpenPage>
  close(): Promise<void>
}

export interface OpenOptions {
  /** Content security policy; `SERVICE` stands for the service's origin. */
  readonly csp?: string
  readonly head?: string
  readonly script?: string
  readonly context?: BrowserContextOptions
  /** The page keeps the browser's own clock, which cannot be moved. */
  readonly isClockReal?: boolean
}

export interface OpenPage {
  readonly page: Page
  /** Exceptions that reached the page. */
  readonly exceptions: Error[]
  /** What the page's content security policy refused. */
  readonly refused: string[]
}

/** Observers report with the frames, not with the clock. */
export const frames = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const channel = new MessageChannel()
        const image = document.documentElement
        new IntersectionObserver((_, observer) => {
          observer.disconnect()
          channel.port2.onmessage = () => resolve()
          channel.port1.postMessage(0)
        }).observe(image)
      }),
  )

/** A shop's pages on one origin, and a service that keeps to the wire contract on another. */
export async function sdkPages(browser: Browser): Promise<SdkPages> {
  const service = fakeService()
  let shown = ''
  const headers: Record<string, string> = {}
  const listening = await listen(service.fetch, {
    // As the service sends it: a script of type module needs the header.
    '/sdk/forage.js': {
      type: 'text/javascript',
      body: () => SCRIPT,
      headers: { 'access-control-allow-origin': '*' },
    },
  })
  const page = { type: 'text/html; charset=utf-8', body: () => shown, headers }
  const shop = await listen(async () => new Response(null, { status: 404 }), { '/': page, '/search': page })

  async function openHtml(html: string, options: OpenOptions = {}): Promise<OpenPage> {
    shown = html
    headers['content-security-policy'] = options.csp?.replaceAll('SERVICE', listening.url) ?? ''
    const context = await browser.newContext(options.context)
    const opened = await context.newPage()
    const exceptions: Error[] = []
    opened.on('pageerror', (error) => exceptions.push(error))
    const refused: string[] = []
    opened.on('console', (message) => {
      if (/content security policy|trusted/i.test(message.text())) refused.push(message.text())
    })
    if (!options.isClockReal) await opened.clock.install()
    await opened.goto(shop.url)
    return { page: opened, exceptions, refused }
  }

  return {
    service,
    serviceUrl: listening.url,
    openHtml,
    open(body, options = {}) {
      const tag = `<script src="${listening.url}/sdk/forage.js" data-key="${PAGE_KEY}" defer></script>`
      const head = `<title>Shop</title><meta name="viewport" content="width=device-width">${options.head ?? ''}${options.script ?? tag}`
      const main = `<main><h1>Shop</h1>${body}</main>`
      return openHtml(
        `<!doctype html><html lang="en"><head>${head}</head><body>${main}</body></html>`,
        options,
      )
    },
    async close() {
      await listening.close()
      await shop.close()
    },
  }
}
