import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = fileURLToPath(new URL('.', import.meta.url))
const shared = { absWorkingDir: here, bundle: true, target: 'es2022', logLevel: 'warning' }

/** The modules that bundlers and Node import. What they share is one file, so that a page has one client. */
await build({
  ...shared,
  entryPoints: ['src/index.ts', 'src/element.ts'],
  outdir: 'dist',
  format: 'esm',
  splitting: true,
  chunkNames: 'shared-[hash]',
})

/** The one script tag. */
await build({
  ...shared,
  entryPoints: ['src/forage.ts'],
  outfile: 'dist/forage.js',
  format: 'iife',
  minify: true,
})
