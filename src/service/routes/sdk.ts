import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { Hono } from 'hono'
import { ForageError } from '../../core/errors.ts'
import type { ServiceEnvironment } from '../service-app.ts'

/** Where pages get the client and the web component. It holds no secret and is the same for everybody. */
export const SDK_PATH = '/sdk/forage.js'

const FRESH_SECONDS = 3600
const STALE_SECONDS = 86_400

/** `GET /sdk/forage.js`: the script tag's script, compressed once, with an ETag of its content. */
export function addSdkRoute(app: Hono<ServiceEnvironment>): void {
  let script: Script | undefined
  app.get(SDK_PATH, ({ req }) => {
    script ??= readScript()
    const headers: Record<string, string> = {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': `public, max-age=${FRESH_SECONDS}, stale-while-revalidate=${STALE_SECONDS}`,
      etag: script.etag,
      vary: 'Accept-Encoding',
      'x-content-type-options': 'nosniff',
      // Pages of any origin load it, also those that isolate themselves or check its integrity.
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    }
    if (isKnown(req.header('if-none-match'), script.etag)) return new Response(null, { status: 304, headers })
    const accepted = req.header('accept-encoding') ?? ''
    const encoding = (['br', 'gzip'] as const).find((name) => isAccepted(name, accepted))
    if (encoding === undefined) return new Response(script.plain, { headers })
    return new Response(script[encoding], { headers: { ...headers, 'content-encoding': encoding } })
  })
}

type Bytes = Uint8Array<ArrayBuffer>

interface Script {
  readonly plain: Bytes
  readonly gzip: Bytes
  readonly br: Bytes
  readonly etag: string
}

function readScript(): Script {
  try {
    const plain = new Uint8Array(readFileSync(createRequire(import.meta.url).resolve('forage-sdk/forage.js')))
    const hash = createHash('sha256').update(plain).digest('base64url').slice(0, 22)
    // Weak, because the compressed and the plain forms share it.
    const [gzip, br] = [gzipSync(plain, { level: 9 }), brotliCompressSync(plain)]
    return { plain, gzip: new Uint8Array(gzip), br: new Uint8Array(br), etag: `W/"${hash}"` }
  } catch (cause) {
    throw new ForageError('installation-broken', 'The script for pages, forage-sdk/forage.js, is missing', {
      cause,
    })
  }
}

function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '')
  return (ifNoneMatch ?? '').split(',').some((tag) => tag.trim() === '*' || opaque(tag) === opaque(etag))
}

function isAccepted(encoding: string, accepted: string): boolean {
  return accepted.split(',').some((one) => {
    const [name, ...parameters] = one.split(';').map((part) => part.trim().toLowerCase())
    return name === encoding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
  })
}
