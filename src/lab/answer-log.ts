import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { canonicalJson } from '../core/canonical-json.ts'
import { ForageError, InputError } from '../core/errors.ts'
import type { AnswerKind, AnswerLog, AnswerSources, Answers, Questions } from '../ports/answer-log.ts'
import { answerKey } from './answer-key.ts'
import { type AnswerLine, answerOf, answerText, headerText, parseAnswer, parseHeader } from './answer-line.ts'

export interface AnswerLogOptions {
  /** Only read: the file must be there, is not changed, and `append` is a mistake. */
  readonly readOnly?: boolean
  /** Whose answers a new file will hold. A file that is there must hold those of the same. */
  readonly sources?: AnswerSources
}

/** An answer log in a file. */
export interface AnswerFile extends AnswerLog {
  readonly path: string
  /** Answers kept. */
  readonly size: number
  /** The line of a key, such as that of a `request-answered` event. */
  line(kind: AnswerKind, key: string): AnswerLine | undefined
  /** All lines in the order they were kept. */
  lines(): Iterable<AnswerLine>
  /** Writes everything through to the disk and closes the file. Safe to call twice. */
  close(): void
}

/**
 * Opens or begins `answers.jsonl`: a header line, then one line an answer, only ever added to. Only the places of
 * the lines are held in memory (some 200 bytes each); answers are read again when they are asked for.
 *
 * A last line that a kill left unfinished is dropped. Each line is one write, so nothing else can be torn.
 *
 * @throws InputError when the file cannot be opened, a line is not what it should be (with its number), or it
 * holds the answers of other models than `sources`
 */
export function openAnswerLog(path: string, options: AnswerLogOptions = {}): AnswerFile {
  const { readOnly = false } = options
  const file = openFile(path, readOnly)
  try {
    const { end, sources, places } = readLines(path, file)
    const log = new OpenAnswerFile(path, file, readOnly, sources ?? options.sources ?? {}, places, end)
    if (sources === undefined) {
      if (readOnly) throw new InputError('answers file', path, 'is empty; give one that a run has written')
      log.writeLine(headerText(options.sources ?? {}))
    } else {
      checkSources(path, sources, options.sources)
    }
    return log
  } catch (error) {
    closeSync(file)
    throw error
  }
}

interface Place {
  readonly offset: number
  readonly length: number
}

class OpenAnswerFile implements AnswerFile {
  readonly path: string
  readonly sources: AnswerSources
  readonly #file: number
  readonly #readOnly: boolean
  readonly #places: Map<string, Place>
  #end: number
  #isClosed = false

  constructor(
    path: string,
    file: number,
    readOnly: boolean,
    sources: AnswerSources,
    places: Map<string, Place>,
    end: number,
  ) {
    this.path = path
    this.sources = sources
    this.#file = file
    this.#readOnly = readOnly
    this.#places = places
    this.#end = end
    // What follows the last whole line is torn.
    if (!readOnly && fstatSync(file).size > end) ftruncateSync(file, end)
  }

  get size(): number {
    return this.#places.size
  }

  get<K extends AnswerKind>(kind: K, question: Questions[K]): Answers[K] | undefined {
    const line = this.line(kind, answerKey(kind, question))
    return line === undefined ? undefined : answerOf<K>(line)
  }

  append<K extends AnswerKind>(kind: K, question: Questions[K], answer: Answers[K]): void {
    if (this.#readOnly) throw new Error(`${this.path} was opened to be read only`)
    const { key, line } = answerText(kind, question, answer)
    const id = placeId(kind, key)
    if (this.#places.has(id)) return
    this.#places.set(id, this.writeLine(line))
  }

  line(kind: AnswerKind, key: string): AnswerLine | undefined {
    const place = this.#places.get(placeId(kind, key))
    return place === undefined ? undefined : this.#read(place)
  }

  *lines(): Iterable<AnswerLine> {
    for (const place of this.#places.values()) yield this.#read(place)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    try {
      if (!this.#readOnly) fsyncSync(this.#file)
    } finally {
      closeSync(this.#file)
    }
  }

  /** Adds a line at the end; on failure the file is as it was before. */
  writeLine(line: string): Place {
    if (this.#isClosed) throw new Error(`${this.path} is closed`)
    const bytes = Buffer.from(line)
    if (fstatSync(this.#file).size !== this.#end) {
      throw new ForageError(
        'answers-in-use',
        `${this.path}: something else writes to it; end the other run, or give this one another --out`,
      )
    }
    try {
      for (let written = 0; written < bytes.length; ) {
        written += writeSync(this.#file, bytes, written, bytes.length - written, this.#end + written)
      }
    } catch (error) {
      ftruncateSync(this.#file, this.#end)
      throw writeFailure(this.path, this.size, error)
    }
    const place = { offset: this.#end, length: bytes.length }
    this.#end += bytes.length
    return place
  }

  #read({ offset, length }: Place): AnswerLine {
    const bytes = Buffer.alloc(length)
    readSync(this.#file, bytes, 0, length, offset)
    return JSON.parse(bytes.toString('utf8'))
  }
}

function placeId(kind: AnswerKind, key: string): string {
  return `${kind} ${key}`
}

/** Reads the whole file once, a part at a time, and checks every line. */
function readLines(path: string, file: number) {
  const places = new Map<string, Place>()
  let sources: AnswerSources | undefined
  let lineNumber = 0
  let end = 0
  const beginning = Buffer.alloc(BEGINNING.length)
  const beginningLength = readSync(file, beginning, 0, beginning.length, 0)
  if (!BEGINNING.startsWith(beginning.toString('latin1', 0, beginningLength))) {
    throw new InputError(
      'answers file, line 1',
      path,
      'is not the header of an answers file; give another file',
    )
  }
  for (const line of wholeLines(file)) {
    lineNumber++
    try {
      const text = line.toString('utf8')
      if (lineNumber === 1) {
        sources = parseHeader(text)
      } else {
        const { kind, key } = parseAnswer(text)
        const id = placeId(kind, key)
        if (!places.has(id)) places.set(id, { offset: end, length: line.length })
      }
    } catch (error) {
      const what = `${(error as Error).message}; mend or remove the line, or give another file`
      throw new InputError(`answers file, line ${lineNumber}`, path, what)
    }
    end += line.length
  }
  return { places, sources, end }
}

/** What every answers file begins with; a file that does not is somebody else's and must not be cut short. */
const BEGINNING = headerText({}).slice(0, '{"kind":"header"'.length)

/** The lines of a file with their line ends; an unfinished last one is left out. */
function* wholeLines(file: number): Iterable<Buffer> {
  const part = Buffer.alloc(1 << 20)
  const pieces: Buffer[] = []
  for (let offset = 0; ; ) {
    const bytesRead = readSync(file, part, 0, part.length, offset)
    if (bytesRead === 0) return
    offset += bytesRead
    let from = 0
    for (;;) {
      const lineEnd = part.indexOf(10, from)
      if (lineEnd < 0 || lineEnd >= bytesRead) break
      pieces.push(Buffer.from(part.subarray(from, lineEnd + 1)))
      yield Buffer.concat(pieces.splice(0))
      from = lineEnd + 1
    }
    if (from < bytesRead) pieces.push(Buffer.from(part.subarray(from, bytesRead)))
  }
}

function openFile(path: string, readOnly: boolean): number {
  try {
    return openSync(path, readOnly ? 'r' : 'r+')
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || readOnly) throw openFailure(path, error)
  }
  try {
    return openSync(path, 'wx+')
  } catch (error) {
    throw openFailure(path, error)
  }
}

function checkSources(path: string, kept: AnswerSources, given: AnswerSources | undefined): void {
  if (given === undefined) return
  for (const part of ['writer', 'scorer', 'encoder'] as const) {
    if (canonicalJson([kept[part]]) === canonicalJson([given[part]])) continue
    const names = `${kept[part]?.name ?? 'none'}, not ${given[part]?.name ?? 'none'}`
    throw new InputError(
      'answers file',
      path,
      `holds answers of another ${part} (${names}); give another --out`,
    )
  }
}

function openFailure(path: string, cause: unknown): InputError {
  const advice: Record<string, string> = {
    ENOENT: 'there is no such file or directory',
    EACCES: 'no right to use it; give another path or change its rights',
    EPERM: 'no right to use it; give another path or change its rights',
    EROFS: 'cannot be written to; give a path on another disk',
    EISDIR: 'is a directory; give a file',
    ENOTDIR: 'a part of the path is no directory',
    ENOSPC: 'the disk is full; free some space, or give a path on another disk',
  }
  const code = codeOf(cause)
  return new InputError('answers file', path, advice[code] ?? `cannot be opened (${code})`, { cause })
}

function writeFailure(path: string, kept: number, cause: unknown): ForageError {
  const code = codeOf(cause)
  const rest = `the ${kept} answers before it are kept and will not be asked again`
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new ForageError('disk-full', `${path}: the disk is full; free some space and run again: ${rest}`, {
      cause,
    })
  }
  return new ForageError('not-written', `${path}: an answer could not be written (${code}); ${rest}`, {
    cause,
  })
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code)
}
