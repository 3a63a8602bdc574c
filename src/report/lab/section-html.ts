import type { Section, TableSection } from '../../lab/experiments/document.ts'
import { type Html, type HtmlPart, html, shortened } from '../html.ts'
import { LIMITS } from '../limits.ts'

/** Rows of one table; files have all. */
const ROWS_MAX = 500
/** Characters of one paragraph. */
const TEXT_MAX = 4000

const VERDICTS: Readonly<Record<string, string>> = {
  holds: '✓',
  'does not hold': '✗',
  'not clear': '?',
  'not tested': '–',
}

/** Results as the experiment tells them, as tables and paragraphs of the page. */
export function sectionsHtml(sections: readonly Section[]): Html[] {
  return sections.map((section) =>
    section.kind === 'text'
      ? html`<p>${shortened(section.text, TEXT_MAX)}</p>
`
      : html`<section><h3>${section.title}</h3>${section.note === undefined ? null : html`<p class="note">${section.note}</p>`}
${tableHtml(section)}</section>
`,
  )
}

/** A table that becomes cards on a phone. Rows whose first cell is indented belong to the row above. */
export function tableHtml({ header, rows }: Pick<TableSection, 'header' | 'rows'>): Html {
  const shown = rows.slice(0, ROWS_MAX)
  const body = shown.map((cells, index) => {
    const [name = '', ...others] = cells
    const belongs = name.startsWith('  ')
    const hasOne = rows[index + 1]?.[0]?.startsWith('  ') === true
    return html`<tr class="${belongs ? 'paper' : hasOne ? 'has-paper' : ''}"><th scope="row">${cut(name.trim())}</th>${others.map(
      (cell, column) => html`<td data-label="${cut(header[column + 1] ?? '')}">${cellHtml(cell)}</td>`,
    )}</tr>
`
  })
  return html`<div class="scroll" tabindex="0"><table class="results"><thead><tr>${header.map((name) => html`<th scope="col">${cut(name)}</th>`)}</tr></thead><tbody>${body}</tbody></table></div>${
    rows.length > ROWS_MAX && html`<p class="note">The first ${ROWS_MAX} of ${rows.length} rows.</p>`
  }`
}

function cellHtml(cell: string): HtmlPart {
  const sign = Object.hasOwn(VERDICTS, cell) ? VERDICTS[cell] : undefined
  if (sign === undefined) return cut(cell)
  return html`<span class="verdict"><span aria-hidden="true">${sign}</span> ${cell}</span>`
}

function cut(text: string): string {
  return shortened(text, LIMITS.textCharacters)
}
