import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

async function gzippedBytes(file: string, format: 'esm' | 'iife'): Promise<number> {
  const entry = fileURLToPath(new URL(file, import.meta.url))
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format,
    target: 'es2022',
    write: false,
  })
  return gzipSync(outputFiles[0]?.contents as Uint8Array, { level: 9 }).length
}

test('the client is under 5 kB gzipped', async () => {
  expect(await gzippedBytes('index.ts', 'esm')).toBeLessThan(5000)
})

test('the script tag, which is the client and the component, is under 6 kB gzipped', async () => {
  expect(await gzippedBytes('forage.ts', 'iife')).toBeLessThan(6000)
})
