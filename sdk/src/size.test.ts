import { expect, test } from 'vitest'
import { documentedSizes, sizes } from '../sizes.ts'

/** zlib's own versions differ by a few bytes. */
const DIFFERENCE_MAX = 0.01

test('what was built is under 5 kB gzipped: the client, and the script tag with the component too', async () => {
  for (const [what, { gzip }] of Object.entries(await sizes())) expect(gzip, what).toBeLessThan(5000)
})

test('docs/sdk.md says the sizes as they are; `npm run sizes -w sdk -- --write` writes them', async () => {
  const documented = documentedSizes().replaceAll(',', '').split('\n')
  for (const [what, { plain, gzip, brotli }] of Object.entries(await sizes())) {
    const row = documented.find((line) => line.startsWith(`| ${what} |`)) ?? ''
    const numbers = row.split('|').slice(2, 5).map(Number)
    for (const [index, bytes] of [plain, gzip, brotli].entries()) {
      expect(Math.abs((numbers[index] ?? 0) - bytes), `${what}: ${row}`).toBeLessThanOrEqual(
        bytes * DIFFERENCE_MAX,
      )
    }
  }
})
