const SPACE = /[ \t\n\r]*/y
const SIGN = /[{}[\],:]/y
const LETTERS = /[^"\\\u0000-\u001f]+/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y
const OTHER = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y

/** What may come next: the first four inside `{}` or `[]`, the last after the whole value. */
type Expected = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end'

/**
 * Where a text stops being JSON, in UTF-16 units; its length when it ends too early; undefined when it is JSON.
 * The engine's own parser does not always say.
 */
export function jsonMistakeOffset(text: string): number | undefined {
  const open: ('{' | '[')[] = []
  let expected: Expected = 'value'
  let offset = 0
  for (;;) {
    offset += match(SPACE, text, offset)
    const isWhole = open.length === 0 && expected === 'comma-or-end'
    if (offset >= text.length) return isWhole ? undefined : offset
    if (isWhole) return offset
    const inObject = open.at(-1) === '{'
    const sign = text.slice(offset, offset + match(SIGN, text, offset))
    const isValueNext = expected === 'value' || expected === 'value-or-end'
    const mayEnd = expected.endsWith('-or-end')
    if (isValueNext && (sign === '{' || sign === '[')) {
      open.push(sign)
      expected = sign === '{' ? 'key-or-end' : 'value-or-end'
    } else if (mayEnd && sign === (inObject ? '}' : ']')) {
      open.pop()
      expected = 'comma-or-end'
    } else if (expected === 'comma-or-end' && sign === ',') {
      expected = inObject ? 'key' : 'value'
    } else if (expected === 'colon' && sign === ':') {
      expected = 'value'
    } else {
      const isKeyNext: boolean = expected === 'key' || expected === 'key-or-end'
      const length: number =
        sign !== '' || !(isKeyNext || isValueNext)
          ? 0
          : textLength(text, offset) || (isKeyNext ? 0 : match(OTHER, text, offset))
      if (length === 0) return offset
      offset += length
      expected = isKeyNext ? 'colon' : 'comma-or-end'
      continue
    }
    offset += 1
  }
}

/** Length of a text in quotes; 0 when there is none. One pattern for it would fill the stack on long texts. */
function textLength(text: string, start: number): number {
  if (text[start] !== '"') return 0
  let offset = start + 1
  for (;;) {
    const length = match(LETTERS, text, offset) || match(ESCAPE, text, offset)
    if (length === 0) return text[offset] === '"' ? offset + 1 - start : 0
    offset += length
  }
}

/** Length of what a sticky pattern matches at the offset; 0 when it does not. */
function match(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset
  return pattern.exec(text)?.[0].length ?? 0
}
