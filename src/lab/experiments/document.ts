/** Results as sections, so that terminal, Markdown and other readers show the same. */
export type Section = TextSection | TableSection

interface TextSection {
  readonly kind: 'text'
  readonly text: string
}

export interface TableSection {
  readonly kind: 'table'
  readonly title: string
  /** How to read it. */
  readonly note?: string
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** For a terminal: columns padded, two spaces between; the first to the left, the others to the right. */
export function sectionsText(sections: readonly Section[]): string {
  return sections
    .map((section) =>
      section.kind === 'text'
        ? `${section.text}\n`
        : [section.title, ...(section.note === undefined ? [] : [section.note]), '', ...textRows(section)]
            .map((line) => `${line}\n`)
            .join(''),
    )
    .join('\n')
}

export function sectionsMarkdown(title: string, sections: readonly Section[]): string {
  const parts = sections.map((section) =>
    section.kind === 'text'
      ? section.text
      : [
          `## ${section.title}`,
          ...(section.note === undefined ? [] : [section.note]),
          tableMarkdown(section.header, section.rows),
        ].join('\n\n'),
  )
  return `# ${title}\n\n${parts.join('\n\n')}\n`
}

export function tableMarkdown(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map(markdownText).join(' | ')} |`)
    .join('\n')
}

/** RFC 4180; numbers as they are. A text that a spreadsheet would take for a formula gets an apostrophe. */
export function csvText(header: readonly string[], rows: readonly (readonly (string | number | null)[])[]) {
  const cell = (value: string | number | null) => {
    if (typeof value !== 'string') return value === null ? '' : String(value)
    const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  return [header, ...rows].map((cells) => `${cells.map(cell).join(',')}\n`).join('')
}

function textRows({ header, rows }: TableSection): string[] {
  const all = [header, ...rows]
  const widths = header.map((_, column) => Math.max(...all.map((cells) => (cells[column] ?? '').length)))
  return all.map((cells) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number),
      )
      .join('  ')
      .trimEnd(),
  )
}

/** Names of a user's topics and audiences are data: nothing in them may become markup. */
export function markdownText(cell: string): string {
  return cell.replace(/[\\`*_[\]<>|#&]/g, '\\$&').replace(/\s+/g, ' ')
}
