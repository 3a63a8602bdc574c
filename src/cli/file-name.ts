import { createHash } from 'node:crypto'

const LENGTH_MAX = 40

/**
 * A text as a part of a file's name: lower-case letters, digits and hyphens. Texts that lose letters by it, such
 * as those in other scripts, get a few digits of their hash, so that two of them do not share a name.
 */
export function fileName(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
  const name = plain
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LENGTH_MAX)
    .replace(/^-+|-+$/g, '')
  const isWhole = plain.length <= LENGTH_MAX && !/[^\p{ASCII}]/u.test(plain) && name !== ''
  if (isWhole) return name
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8)
  return name === '' ? hash : `${name}-${hash}`
}
