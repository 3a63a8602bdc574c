import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { InputError } from '../core/errors.ts'
import { openAnswerLog } from '../lab/answer-log.ts'
import type { RunEvent } from '../lab/run-events.ts'
import { textLines } from './json-lines.ts'
import { requestsShownInFull } from './limits.ts'
import type { RunConfig, RunRecord, WriterExchange } from './run-record.ts'
import { runConfigSchema, runEventSchema, writerExchangeSchema } from './run-schemas.ts'

/**
 * Reads what `forage run` wrote into a directory. Of the answers it keeps those that the report shows in
 * full, so that memory stays bounded however long the run was.
 *
 * A last line that was left half written is dropped and said in `notices`; so is a missing `answers.jsonl`.
 *
 * @throws InputError naming file and line when a file is missing, is not JSON, or says something else
 */
export async function readRunDirectory(directory: string): Promise<RunRecord> {
  const notices: string[] = []
  const config = await readConfig(join(directory, 'config.json'))
  const events = await readEvents(join(directory, 'events.jsonl'), notices)
  const keys = new Set(requestsShownInFull(events).map((event) => event.answerKey))
  const answers = readAnswers(join(directory, 'answers.jsonl'), keys, notices)
  return { config, events, answers, notices }
}

async function readConfig(path: string): Promise<RunConfig> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw unreadable(path, error)
  }
  return checked(runConfigSchema, parsed(text, path), path)
}

async function readEvents(path: string, notices: string[]): Promise<RunEvent[]> {
  const events: RunEvent[] = []
  for await (const { value, place } of jsonLines(path, notices)) {
    const event = checked(runEventSchema, value, place)
    if (events.length === 0 && event.kind !== 'run-started') {
      throw new InputError(
        place,
        event.kind,
        'the first event of a run is run-started; give a file that a run wrote',
      )
    }
    events.push(event)
  }
  if (events.length === 0) throw new InputError(path, '', 'holds no event; the run stopped before it began')
  return events
}

function readAnswers(
  path: string,
  keys: ReadonlySet<string>,
  notices: string[],
): Map<string, WriterExchange> {
  const answers = new Map<string, WriterExchange>()
  if (!existsSync(path)) {
    notices.push('answers.jsonl is not there, so prompts and raw answers cannot be shown.')
    return answers
  }
  const log = openAnswerLog(path, { readOnly: true })
  try {
    for (const key of keys) {
      const line = log.line('writer', key)
      if (line !== undefined) answers.set(key, checked(writerExchangeSchema, line, `${path}, key ${key}`))
    }
  } finally {
    log.close()
  }
  return answers
}

async function* jsonLines(
  path: string,
  notices: string[],
): AsyncGenerator<{ value: unknown; place: string }> {
  const lines = textLines(path)
  for (;;) {
    const next = await lines.next().catch((error: unknown) => {
      throw unreadable(path, error)
    })
    if (next.done) return
    const { number, text, isWhole } = next.value
    const place = `${path}:${number}`
    let value: unknown
    try {
      value = parsed(text, place)
    } catch (error) {
      if (isWhole) throw error
      notices.push(`The last line of ${fileName(path)} (line ${number}) was cut short and is left out.`)
      return
    }
    yield { value, place }
  }
}

function parsed(text: string, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new InputError(place, text, 'is not JSON; give a directory that a run wrote', { cause })
  }
}

function checked<T>(schema: z.ZodType<T>, value: unknown, place: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const field = issue === undefined || issue.path.length === 0 ? '' : `, field ${issue.path.join('.')}`
  const problem = issue?.message ?? 'does not fit'
  throw new InputError(
    `${place}${field}`,
    valueAt(value, issue?.path ?? []),
    `${problem}; give a directory that a run wrote`,
  )
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current: unknown = value
  for (const key of path) current = (current as Record<PropertyKey, unknown> | null | undefined)?.[key]
  return current
}

function unreadable(path: string, cause: unknown): InputError {
  const advice = isMissing(cause)
    ? 'is not there; give a directory that a run wrote'
    : `cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown error'})`
  return new InputError(fileName(path), path, advice, { cause })
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT'
}

function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
}
