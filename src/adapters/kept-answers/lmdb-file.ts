import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { endianness } from 'node:os'

/** Where lmdb 3 has what, in bytes of a meta page; the file begins with two of them. */
const META = {
  magic: 24,
  version: 28,
  pageSize: 48,
  freeRoot: 88,
  mainRoot: 136,
  transaction: 152,
  length: 160,
}
const MAGIC = 0xbeefc0de
const VERSION = 2
/** A tree without a page. */
const NO_PAGE = 0xffff_ffff_ffff_ffffn

/**
 * Why a file cannot be a store of this version, or undefined when it may be one. The library maps the file into
 * memory and believes it: a file of another kind or version, or one that was cut off, would end the whole process.
 *
 * @throws what reading the file throws, but for one that is not there: it will be made
 */
export function mistakeInLmdbFile(path: string): string | undefined {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const { size } = fstatSync(file)
    // Made by another process a moment ago, and nothing in it yet.
    if (size === 0) return undefined
    const first = metaAt(file, 0)
    if (first === undefined || first.magic !== MAGIC)
      return 'it is no store of answers, or of another version'
    if (first.version !== VERSION) return `it is of version ${first.version}, and this one reads ${VERSION}`
    const second = metaAt(file, first.pageSize)
    const metas = [first, ...(second?.magic === MAGIC ? [second] : [])]
    // The page of the later transaction counts.
    const { pageSize, roots } = metas.reduce((a, b) => (b.transaction > a.transaction ? b : a))
    const isCut = roots.some((root) => root !== NO_PAGE && (root + 1n) * BigInt(pageSize) > BigInt(size))
    return second === undefined || isCut ? 'it was cut off' : undefined
  } finally {
    closeSync(file)
  }
}

function metaAt(file: number, start: number) {
  const bytes = new Uint8Array(META.length)
  if (readSync(file, bytes, 0, META.length, start) < META.length) return undefined
  const view = new DataView(bytes.buffer)
  // Written as the machine has it: files are not carried between kinds of machines.
  const isLittle = endianness() === 'LE'
  return {
    magic: view.getUint32(META.magic, isLittle),
    version: view.getUint32(META.version, isLittle),
    pageSize: view.getUint32(META.pageSize, isLittle),
    roots: [META.freeRoot, META.mainRoot].map((at) => view.getBigUint64(at, isLittle)),
    transaction: view.getBigUint64(META.transaction, isLittle),
  }
}
