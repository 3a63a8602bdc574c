/**
 * A text that others wrote, as it may go to a terminal: without control characters (which could move the cursor
 * or change the title), and without the invisible ones that turn or hide text. Line ends and tabs become spaces.
 */
export function printable(text: string): string {
  return text
    .replace(/[\t\n\r\u2028\u2029]+/g, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
}

/** The same, with the line ends kept: for messages of several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/** Characters that terminals draw two columns wide: East Asian scripts, their full-width forms, and emoji. */
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]|[\u{20000}-\u{3fffd}])/u
const INVISIBLE = /^[\p{Mark}\p{Format}\p{Control}]+$/u

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Columns that a printable text takes. */
export function displayWidth(text: string): number {
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += columnsOf(segment)
  return width
}

/** The text, cut with `…` so that it takes at most `width` columns. */
export function truncated(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let kept = ''
  let used = 1
  for (const { segment } of graphemes.segment(text)) {
    const columns = columnsOf(segment)
    if (used + columns > width) break
    kept += segment
    used += columns
  }
  return width < 1 ? '' : `${kept.trimEnd()}…`
}

/** The text with spaces behind it up to `width` columns. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)))
}

/**
 * The text in lines of at most `width` columns, broken at spaces; a word that is wider is cut.
 *
 * @param indent before every line but the first
 */
export function wrapped(text: string, width: number, indent: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const piece of text.split(/(?<=\S)(?= )/)) {
    if (line.trim() !== '' && displayWidth(line + piece) > width) {
      lines.push(line)
      line = indent + piece.trimStart()
    } else line += piece
  }
  return [...lines, line].map((one) => truncated(one, width))
}

function columnsOf(grapheme: string): number {
  if (INVISIBLE.test(grapheme)) return 0
  return WIDE.test(grapheme) || grapheme.includes('\ufe0f') ? 2 : 1
}
