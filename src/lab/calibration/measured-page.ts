import { readFileSync, writeFileSync } from 'node:fs'
import type { Share } from './studies/study.ts'

const END = '<!-- end of figures -->'

/** 12.3 %. */
export function percent({ times, rounds }: Share): string {
  return `${((100 * times) / rounds).toFixed(1)} %`
}

/** A table of Markdown under its title. */
export function table(
  title: string,
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  return [title, '', line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}

/**
 * Puts what was measured between the marks of a page.
 *
 * @param command file that is named in the first mark
 * @throws Error when the page has no such mark
 */
export function rewritePart(page: URL, command: string, sections: readonly string[]): void {
  const begin = `<!-- figures: ${command} -->`
  const [before, rest] = readFileSync(page, 'utf8').split(begin)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`${page.pathname} has no ${begin}`)
  writeFileSync(page, `${before}${begin}\n${sections.join('\n\n')}\n${END}${after}`)
}
