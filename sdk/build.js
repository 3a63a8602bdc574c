import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'
import { minify } from 'terser'

const here = fileURLToPath(new URL('.', import.meta.url))
const shared = { absWorkingDir: here, bundle: true, target: 'es2022', format: 'esm', logLevel: 'warning' }

/**
 * Names that modules of the client call one another by, and that neither pages nor the service nor what is stored at
 * visitors knows. Only the script tag's script has them shortened.
 */
const INTERNAL_NAMES = /^(clientOf|hurry|kept|leave|question|read|registration|report|retryAfterMs|write)$/

/** The style is text to the compiler, so it is made short here. */
const shortStyle = {
  name: 'short-style',
  setup({ onLoad }) {
    onLoad({ filter: /element-style\.ts$/ }, async ({ path }) => {
      const source = readFileSync(path, 'utf8')
      const [quoted, style] = /`([^`]*)`/.exec(source)
      const { code } = await transform(style, { loader: 'css', minify: true, target: shared.target })
      const contents = source.replace(quoted, () =>
        JSON.stringify(code.trim().replaceAll(/ ?([,/]) ?/g, '$1')),
      )
      return { contents, loader: 'ts' }
    })
  },
}

/** The modules that bundlers and Node import. What they share is one file, so that a page has one client. */
await build({
  ...shared,
  entryPoints: ['src/index.ts', 'src/element.ts'],
  outdir: 'dist',
  splitting: true,
  chunkNames: 'shared',
})

/** The one script tag: a classic script that leaves nothing but `forage` in the page's names. */
const { outputFiles } = await build({
  ...shared,
  entryPoints: ['src/forage.ts'],
  mangleProps: INTERNAL_NAMES,
  minifySyntax: true,
  plugins: [shortStyle],
  write: false,
})
const { code } = await minify(outputFiles[0].text, {
  ecma: 2022,
  module: true,
  enclose: true,
  // What terser calls unsafe: nobody has replaced Array, Number and the like, and nothing calls `new` on a method.
  compress: {
    passes: 4,
    unsafe: true,
    unsafe_arrows: true,
    unsafe_methods: true,
    pure_getters: true,
    hoist_funs: true,
    reduce_funcs: false,
  },
})
writeFileSync(new URL('dist/forage.js', import.meta.url), code)
