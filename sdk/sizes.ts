import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const DOCUMENT = fileURLToPath(new URL('../docs/sdk.md', import.meta.url))
const BLOCK = /(<!-- sizes: [^>]* -->\n)[\s\S]*?(<!-- end of sizes -->)/

interface Sizes {
  readonly plain: number
  readonly gzip: number
  readonly brotli: number
}

/** Bytes of what was built: plain, as `gzip -9` and as Brotli make of it. */
export async function sizes(): Promise<Record<string, Sizes>> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('dist/index.js', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  })
  return {
    'the client as bundlers minify it': measured(outputFiles[0]?.contents as Uint8Array),
    'the script tag: client and element': measured(readFileSync(new URL('dist/forage.js', import.meta.url))),
  }
}

function measured(bytes: Uint8Array): Sizes {
  const [gzip, brotli] = [gzipSync(bytes, { level: 9 }), brotliCompressSync(bytes)]
  return { plain: bytes.length, gzip: gzip.length, brotli: brotli.length }
}

/** The lines of docs/sdk.md that say the sizes. */
export function documentedSizes(): string {
  return BLOCK.exec(readFileSync(DOCUMENT, 'utf8'))?.[0] ?? ''
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const number = (value: number) => value.toLocaleString('en')
  const rows = Object.entries(await sizes()).map(
    ([what, { plain, gzip, brotli }]) => `| ${what} | ${[plain, gzip, brotli].map(number).join(' | ')} |`,
  )
  const table = ['| bytes | plain | gzip -9 | Brotli |', '| --- | ---: | ---: | ---: |', ...rows, ''].join(
    '\n',
  )
  process.stdout.write(table)
  if (process.argv.includes('--write')) {
    const document = readFileSync(DOCUMENT, 'utf8')
    writeFileSync(
      DOCUMENT,
      document.replace(BLOCK, (_, begin, end) => `${begin}\n${table}\n${end}`),
    )
  }
}
