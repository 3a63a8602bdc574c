/** Up to the next thing that matters; what numbers and names are does not. */
const BETWEEN = /[^{}[\]"]*/y
const COLON = /\s*:/y

/**
 * The first key that an object of a JSON text has twice, and where it stands again, in UTF-16 units. A parser takes
 * the last one and says nothing, so what a person wrote first would be lost.
 *
 * @param text valid JSON
 */
export function repeatedKey(text: string): { readonly key: string; readonly offset: number } | undefined {
  const open: (Set<string> | null)[] = []
  for (let offset = lengthAt(BETWEEN, text, 0); offset < text.length; ) {
    const sign = text[offset]
    let end = offset + 1
    if (sign === '{') open.push(new Set())
    else if (sign === '[') open.push(null)
    else if (sign === '"') {
      end = endOfText(text, offset)
      const keys = open.at(-1)
      if (keys && lengthAt(COLON, text, end) > 0) {
        const key = JSON.parse(text.slice(offset, end)) as string
        if (keys.has(key)) return { key, offset }
        keys.add(key)
      }
    } else open.pop()
    offset = end + lengthAt(BETWEEN, text, end)
  }
  return undefined
}

/** One past the closing quote. A pattern with a choice a letter would fill the stack on long texts. */
function endOfText(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let escapes = 0
    while (text[quote - 1 - escapes] === '\\') escapes++
    if (escapes % 2 === 0) return quote + 1
  }
  return text.length
}

function lengthAt(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset
  return pattern.exec(text)?.[0].length ?? 0
}
