import { hash } from 'node:crypto'
import type { KeyedHashes } from '../dependencies.ts'
import { Problem } from '../problem.ts'

/**
 * Where a list goes on, as the wire has it. What the store understands is signed, so that no other text ever
 * reaches the store, and a cursor of one list is none of another.
 */
export interface Cursors {
  /** null stays null: there is no next page. */
  seal(list: string, cursor: string | null): string | null
  /**
   * @returns undefined where none was given
   * @throws Problem `cursor-unknown`
   */
  open(list: string, sealed: string | undefined): string | undefined
}

const SIGNATURE_LENGTH = 12

export function cursors(hashes: Pick<KeyedHashes, 'network'>): Cursors {
  const signature = (list: string, cursor: string) =>
    hashes.network(`cursor ${hash('sha256', `${list}\n${cursor}`, 'hex')}`).slice(0, SIGNATURE_LENGTH)
  return {
    seal: (list, cursor) =>
      cursor === null ? null : signature(list, cursor) + Buffer.from(cursor, 'utf8').toString('base64url'),
    open(list, sealed) {
      if (sealed === undefined) return undefined
      const cursor = Buffer.from(sealed.slice(SIGNATURE_LENGTH), 'base64url').toString('utf8')
      if (sealed.slice(0, SIGNATURE_LENGTH) !== signature(list, cursor)) {
        throw new Problem('cursor-unknown', 'Give `next` of the page before, unchanged, or none.', {
          field: 'cursor',
        })
      }
      return cursor
    },
  }
}
