import { Problem } from '../problem.ts'

/** A revision as an entity tag: `"12"`. */
export function entityTag(revision: number): string {
  return `"${revision}"`
}

/**
 * The revision that a change was made from; null for any (`*`, or no header).
 *
 * @throws Problem `bad-input` for anything else
 */
export function expectedRevision(ifMatch: string | undefined): number | null {
  if (ifMatch === undefined || ifMatch.trim() === '*') return null
  const revision = /^\s*"(\d{1,15})"\s*$/.exec(ifMatch)?.[1]
  if (revision === undefined) {
    throw new Problem('bad-input', 'If-Match: give one ETag of this resource as it came, or *', {
      field: 'If-Match',
    })
  }
  return Number(revision)
}

/** Does the caller have this revision already? */
export function isUnchanged(ifNoneMatch: string | undefined, revision: number): boolean {
  if (ifNoneMatch === undefined) return false
  return ifNoneMatch.split(',').some((tag) => {
    const plain = tag.trim().replace(/^W\//, '')
    return plain === '*' || plain === entityTag(revision)
  })
}
