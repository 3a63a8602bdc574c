import { InputError } from '../../core/errors.ts'

/** Bytes of one line; the counts of an arm with thousands of versions fit. */
export const LINE_BYTES_MAX = 16 * 1024 * 1024

/** Records as NDJSON, in pieces of some size. */
export async function* ndjson(records: AsyncIterable<object>): AsyncGenerator<string> {
  let piece = ''
  for await (const record of records) {
    piece += `${JSON.stringify(record)}\n`
    if (piece.length > 65_536) {
      yield piece
      piece = ''
    }
  }
  if (piece !== '') yield piece
}

/**
 * Lines of UTF-8 bytes with their numbers, from 1; empty ones are left out.
 *
 * @param source how messages call what is read
 * @throws InputError for a line that is too long or no UTF-8
 */
export async function* numberedLines(
  bytes: AsyncIterable<Uint8Array>,
  source: string,
): AsyncGenerator<{ number: number; text: string }> {
  let parts: Uint8Array[] = []
  let length = 0
  let number = 1
  const line = () => {
    try {
      return { number, text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)) }
    } catch (cause) {
      throw new InputError(`${source}:${number}`, 'bytes', 'the line is not UTF-8', { cause })
    }
  }
  for await (const chunk of bytes) {
    let start = 0
    for (;;) {
      const end = chunk.indexOf(10, start)
      const part = chunk.subarray(start, end < 0 ? chunk.length : end)
      length += part.length
      if (length > LINE_BYTES_MAX) {
        throw new InputError(`${source}:${number}`, length, `a line has at most ${LINE_BYTES_MAX} bytes`)
      }
      parts.push(part)
      if (end < 0) break
      const whole = line()
      if (whole.text.trim() !== '') yield whole
      parts = []
      length = 0
      number++
      start = end + 1
    }
  }
  const rest = line()
  if (rest.text.trim() !== '') yield rest
}
