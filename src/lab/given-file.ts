import type { z } from 'zod'
import { InputError } from '../core/errors.ts'

/** Reads a file; rejects as `fs.readFile` does. */
export type ReadFile = (path: string) => Promise<Uint8Array>

/**
 * The bytes of a file that a person named.
 *
 * @param field the flag or setting that named it
 * @throws InputError when it cannot be read or has more than `bytesMax` bytes
 */
export async function givenFile(
  path: string,
  field: string,
  read: ReadFile,
  bytesMax: number,
): Promise<Uint8Array> {
  const bytes = await read(path).catch((cause: unknown) => {
    const advice = `the file cannot be read (${reasonOf(cause)}); check its name and its rights`
    throw new InputError(field, path, advice, { cause })
  })
  if (bytes.length > bytesMax) {
    throw new InputError(field, path, `the file has ${bytes.length} bytes; give one of at most ${bytesMax}`)
  }
  return bytes
}

/**
 * The first mistake of a file that a schema refused, in words: what is wrong further down often follows from it.
 *
 * @param root the whole value, from which the wrong one is shown
 */
export function mistakeIn(path: string, root: unknown, error: z.ZodError): InputError {
  const issue = error.issues[0] as z.core.$ZodIssue
  if (issue.code === 'unrecognized_keys') {
    const keys = [...issue.path, String(issue.keys[0])]
    const advice = 'there is no such field; remove it or check its spelling'
    return new InputError(placeIn(path, keys), valueAt(root, keys), advice)
  }
  return new InputError(placeIn(path, issue.path), valueAt(root, issue.path), issue.message)
}

/** A field of a file as messages name it: `mine.json: shots[2].items[0]`. */
export function placeIn(path: string, keys: readonly PropertyKey[]): string {
  const inside = keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')
  return inside === '' ? path : `${path}: ${inside.replace(/^\./, '')}`
}

function valueAt(root: unknown, keys: readonly PropertyKey[]): unknown {
  let value = root
  for (const key of keys) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key]
  return value
}

const READ_FAILURES: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there',
  ENOTDIR: 'it is not there',
  EACCES: 'no right to read it',
  EPERM: 'no right to read it',
  EISDIR: 'it is a directory',
}

function reasonOf(cause: unknown): string {
  const { code, message } = cause as { code?: string; message?: string }
  return READ_FAILURES[code ?? ''] ?? code ?? message ?? 'unknown reason'
}
