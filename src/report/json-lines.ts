import { createReadStream } from 'node:fs'

export interface TextLine {
  /** 1-based. */
  readonly number: number
  readonly text: string
  /** False for a last line without its line end, which a run that was stopped may have left half written. */
  readonly isWhole: boolean
}

/** The lines of a UTF-8 file, one at a time, so that a large file is never in memory as a whole. Empty lines are left out. */
export async function* textLines(path: string): AsyncGenerator<TextLine> {
  let number = 0
  let rest = ''
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 18 })) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() as string
    for (const text of lines) {
      number++
      if (text.trim() !== '') yield { number, text, isWhole: true }
    }
  }
  if (rest.trim() !== '') yield { number: number + 1, text: rest, isWhole: false }
}
