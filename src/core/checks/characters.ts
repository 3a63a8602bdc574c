import type { Check } from './check.ts'

/** One line: no line end of any kind, a vertical tab, form feed and the separators U+2028 and U+2029 too. */
export const checkOneLine: Check = ({ text }) =>
  /[\n\r\v\f\u0085\u2028\u2029]/.test(text)
    ? { reason: 'multi-line', detail: 'holds a line end; one line is wanted' }
    : null

/** Joiners that writing needs: between letters of scripts that use them, and inside an emoji. */
const NEEDED_JOINERS =
  /(?<=[\p{sc=Arab}\p{sc=Deva}\p{sc=Beng}\p{sc=Gujr}\p{sc=Guru}\p{sc=Knda}\p{sc=Mlym}\p{sc=Orya}\p{sc=Sinh}\p{sc=Taml}\p{sc=Telu}]\p{M}{0,3})[\u200c\u200d](?=[\p{L}])|(?<=\p{ExtPict}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d(?=\p{ExtPict})|(?<=[\p{ExtPict}#*\d])\ufe0f/gu

/**
 * Characters that are not seen, or change how others are seen: control, bidirectional, zero-width and other
 * ignorable ones, tags, private use, unassigned, halves of a pair, fillers, and spaces of odd widths.
 */
const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{DI}\p{Zl}\p{Zp}\u2800\ufffc\ufffd\u1680\u2000-\u200a\u205f]/u

export const checkControlCharacters: Check = ({ text }) => {
  const found = HIDDEN.exec(text.replace(NEEDED_JOINERS, ''))?.[0]
  if (found === undefined) return null
  const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return { reason: 'control-characters', detail: `holds U+${code}, which is hidden or steers the layout` }
}
