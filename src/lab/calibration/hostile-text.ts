// Measures what the checks against hostile text refuse of what a real model says, and rewrites docs/optimizer.md.
// Run: npx tsx src/lab/calibration/hostile-text.ts (some seconds; no model)
import { readFileSync, writeFileSync } from 'node:fs'
import { hostileFigures, hostileMarkdown } from './hostile-text-figures.ts'

const PAGE = new URL('../../../docs/optimizer.md', import.meta.url)
const BEGIN = '<!-- figures: src/lab/calibration/hostile-text.ts -->'
const END = '<!-- end of figures -->'

const page = readFileSync(PAGE, 'utf8')
const [before, rest] = page.split(BEGIN)
const after = rest?.split(END)[1]
if (before === undefined || after === undefined) throw new Error(`docs/optimizer.md has no ${BEGIN}`)
writeFileSync(PAGE, `${before}${BEGIN}\n${hostileMarkdown(hostileFigures())}\n${END}${after}`)
