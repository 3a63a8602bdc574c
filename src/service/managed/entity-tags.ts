import { Problem } from '../problem.ts'

/** A revision, or another short word for how a resource stands, as an entity tag: `"12"`. */
export function entityTag(revision: number | string): string {
  return `"${revision}"`
}

/** Does `If-Match` allow a change of the resource that has this tag now? Undefined: there is none. */
export type TagCondition = (tag: string | undefined) => boolean

const ANY: TagCondition = () => true
const TAG = /^(W\/)?"[\x21\x23-\x7e]{0,200}"$/

/**
 * What `If-Match` asks for: one of some tags, or any (`*`, or no header). A weak tag never fits: what it stands for
 * may have changed a little.
 *
 * @throws Problem `bad-input` for anything else
 */
export function ifMatch(header: string | undefined): TagCondition {
  if (header === undefined) return ANY
  if (header.trim() === '*') return (tag) => tag !== undefined
  const tags = header.split(',').map((tag) => tag.trim())
  if (!tags.every((tag) => TAG.test(tag))) {
    throw new Problem('bad-input', 'If-Match: give an ETag of this resource as it came, or *', {
      field: 'If-Match',
    })
  }
  return (tag) => tag !== undefined && tags.includes(tag)
}

/** @throws Problem `revision-mismatch`, with the tag of now */
export function mustMatch(condition: TagCondition, tag: string | undefined): void {
  if (condition(tag)) return
  throw tag === undefined
    ? new Problem('revision-mismatch', 'There is none yet; make it without If-Match.', { field: 'If-Match' })
    : new Problem('revision-mismatch', `It is ${tag} now; read it again and repeat the change on it.`, {
        field: 'If-Match',
        headers: { ETag: tag },
      })
}

/** Does the caller have this revision already? */
export function isUnchanged(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false
  return ifNoneMatch.split(',').some((one) => {
    const plain = one.trim().replace(/^W\//, '')
    return plain === '*' || plain === tag
  })
}
