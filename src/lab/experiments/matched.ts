import { MATCHED_NOTE } from '../../core/strategies/pairing.ts'
import type { Section } from './document.ts'

/** A strategy's name as figures show it: those that choose by the scorer's own encoder say so. */
export function shownStrategy(strategy: string, matched: readonly string[] = []): string {
  return matched.includes(strategy) ? `${strategy} (matched)` : strategy
}

/**
 * Results with every figure labelled that rests on a matched strategy: a note above all, the titles of the tables, and
 * the strategy's name wherever it heads a row or a column. The same sections where none is matched.
 */
export function labelledSections(sections: readonly Section[], matched: readonly string[] = []): Section[] {
  if (matched.length === 0) return [...sections]
  const cells = (row: readonly string[]) => row.map((cell) => shownStrategy(cell, matched))
  return [
    { kind: 'text', text: `${MATCHED_NOTE} This is so for ${matched.join(', ')}.` },
    ...sections.map(
      (section): Section =>
        section.kind === 'text'
          ? section
          : {
              ...section,
              title: `${section.title} (matched)`,
              header: cells(section.header),
              rows: section.rows.map(cells),
            },
    ),
  ]
}

/** The same for a CSV: the cells that name a matched strategy. */
export function labelledCsv(text: string, matched: readonly string[] = []): string {
  return matched.reduce((labelled, strategy) => {
    const name = strategy.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    return labelled.replace(new RegExp(`(^|,)${name}(?=,|$)`, 'gm'), (_, before: string) => {
      return `${before}${shownStrategy(strategy, matched)}`
    })
  }, text)
}
