import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { type FakeService, fakeService } from './fake-service.ts'

export const PAGE_KEY = 'fk_pub_abc123_secret'
const SCRIPT = readFileSync(new URL('../../dist/forage.js', import.meta.url))
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'authorization, content-type',
  'access-control-expose-headers': 'retry-after',
}

export interface SdkPages {
  readonly service: FakeService
  readonly serviceUrl: string
  /** Opens a page of another origin than the service's; its clock stands still until it is moved. */
  open(body: string, options?: OpenOptions): Promise<OpenPage>
  close(): Promise<void>
}

export interface OpenOptions {
  readonly csp?: string
  readonly head?: string
  readonly script?: string
  readonly context?: BrowserContextOptions
}

export interface OpenPage {
  readonly page: Page
  /** Exceptions that reached the page. */
  readonly exceptions: Error[]
}

/** A shop's pages on one origin, and a service that keeps to the wire contract on another. */
export async function sdkPages(browser: Browser): Promise<SdkPages> {
  const service = fakeService()
  let html = ''
  let csp: string | undefined
  const serviceServer = await listen((request, response) => void serve(request, response))
  const shop = await listen((_, response) => {
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      ...(csp === undefined ? {} : { 'content-security-policy': csp }),
    })
    response.end(html)
  })
  const [serviceUrl, shopUrl] = [addressOf(serviceServer), addressOf(shop)]

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'OPTIONS') {
      response.writeHead(204, CORS).end()
      return
    }
    if (request.url?.startsWith('/sdk/forage.js')) {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(SCRIPT)
      return
    }
    const chunks: Uint8Array[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { authorization } = request.headers
    try {
      const answer = await service.fetch(`${serviceUrl}${request.url}`, {
        method: request.method ?? 'GET',
        headers: authorization === undefined ? {} : { authorization },
        ...(chunks.length > 0 && { body: Buffer.concat(chunks).toString() }),
      })
      response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), ...CORS })
      response.end(await answer.text())
    } catch {
      response.destroy()
    }
  }

  return {
    service,
    serviceUrl,
    async open(body, options = {}) {
      csp = options.csp?.replaceAll('SERVICE', serviceUrl)
      const script =
        options.script ?? `<script src="${serviceUrl}/sdk/forage.js" data-key="${PAGE_KEY}" defer></script>`
      html = `<!doctype html><html lang="en"><head><title>Shop</title><meta name="viewport" content="width=device-width">${options.head ?? ''}${script}</head><body><main><h1>Shop</h1>${body}</main></body></html>`
      const context = await browser.newContext(options.context)
      const page = await context.newPage()
      const exceptions: Error[] = []
      page.on('pageerror', (error) => exceptions.push(error))
      await page.clock.install()
      await page.goto(shopUrl)
      return { page, exceptions }
    },
    async close() {
      for (const server of [serviceServer, shop]) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
    },
  }
}

async function listen(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
