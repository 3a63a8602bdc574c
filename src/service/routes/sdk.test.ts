import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import type { ServiceEnvironment } from '../service-app.ts'
import { addSdkRoute, SDK_PATH } from './sdk.ts'

const app = new Hono<ServiceEnvironment>()
addSdkRoute(app)

test('the script comes as JavaScript that pages of any origin may load and keep', async () => {
  const response = await app.request(SDK_PATH)
  expect(response.status).toBe(200)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=3600, stale-while-revalidate=86400',
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
  })
  expect(await response.text()).toContain('forage-slate')
})

test('it is compressed for those who take it so', async () => {
  const plain = await (await app.request(SDK_PATH)).text()
  const get = (encoding: string) => app.request(SDK_PATH, { headers: { 'accept-encoding': encoding } })
  const bodyOf = async (encoding: string) => {
    const response = await get(encoding)
    return [response.headers.get('content-encoding'), Buffer.from(await response.arrayBuffer())] as const
  }
  for (const encoding of ['gzip', 'gzip, deflate', 'br;q=0, GZIP;q=0.5']) {
    const [name, body] = await bodyOf(encoding)
    expect(name, encoding).toBe('gzip')
    expect(gunzipSync(body).toString()).toBe(plain)
  }
  for (const encoding of ['gzip, deflate, br, zstd', 'br', 'br;q=0.9,gzip']) {
    const [name, body] = await bodyOf(encoding)
    expect(name, encoding).toBe('br')
    expect(brotliDecompressSync(body).toString()).toBe(plain)
    expect(body.length).toBeLessThan((await bodyOf('gzip'))[1].length)
  }
  for (const encoding of ['identity', 'gzip;q=0', 'br; q=0.000', 'x-gzip-br', '']) {
    expect((await get(encoding)).headers.get('content-encoding'), encoding).toBeNull()
  }
})

test('who has it already gets no second copy', async () => {
  const etag = (await app.request(SDK_PATH)).headers.get('etag') as string
  const get = (tag: string) => app.request(SDK_PATH, { headers: { 'if-none-match': tag } })
  for (const tag of [etag, `"other", ${etag}`, etag.replace('W/', ''), '*']) {
    const response = await get(tag)
    expect(response.status, tag).toBe(304)
    expect(await response.text()).toBe('')
    expect(response.headers.get('etag')).toBe(etag)
  }
  expect((await get('"other"')).status).toBe(200)
})
