/** Markup that is safe to write into the page. Only `html` makes it from text, and only by escaping. */
export class Html {
  readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }

  toString(): string {
    return this.markup
  }
}

export type HtmlPart = string | number | Html | null | undefined | false | readonly HtmlPart[]

/**
 * Template tag: the literal parts are markup, everything put in is text and is escaped, for element content
 * and for quoted attribute values alike. Lists are joined; null, undefined and false give nothing.
 */
export function html(literals: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  let markup = literals[0] as string
  for (const [index, part] of parts.entries()) markup += markupOf(part) + (literals[index + 1] as string)
  return new Html(markup)
}

function markupOf(part: HtmlPart): string {
  if (part === null || part === undefined || part === false) return ''
  if (part instanceof Html) return part.markup
  if (typeof part === 'number') return String(part)
  if (typeof part === 'string') return escapeText(part)
  return part.map(markupOf).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as markup that shows it: safe in element content and in quoted attribute values. */
function escapeText(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (character) => ENTITIES[character] as string)
}

/**
 * Characters that change how a page reads without being seen: controls other than tab and line feed, marks
 * that turn the direction of text, invisible spaces, tag characters, halves of surrogate pairs.
 */
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Surrogate}]/gu

/** The text with such characters written out by code point, as `⟨U+202E⟩`, so that a reader sees they are there. */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')
    return `⟨U+${code}⟩`
  })
}

/** The first `charactersMax` characters, with an ellipsis when something was left out. Never half a surrogate pair. */
export function shortened(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text
  return `${text.slice(0, charactersMax - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
