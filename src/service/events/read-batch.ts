import { Problem } from '../problem.ts'

/** A line that is no JSON, in a batch where each line is judged by itself. */
export class UnreadableLine {
  readonly number: number

  constructor(number: number) {
    this.number = number
  }
}

/**
 * What a batch holds, not looked into: a JSON array, `{"events":[...]}`, one event, or lines of NDJSON.
 *
 * @param contentType as sent; undefined for none, which is read as JSON
 * @throws Problem 400 `bad-json`, 415 `media-type-unknown`, 413 `body-too-large` for too many events
 */
export function readBatch(text: string, contentType: string | undefined, eventsMax: number): unknown[] {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? ''
  const events = /^application\/(x-ndjson|ndjson|jsonl)$/.test(type)
    ? readLines(text, eventsMax)
    : readJson(text, type)
  if (events.length > eventsMax) {
    throw new Problem('body-too-large', `The batch has more than ${eventsMax} events; send several batches.`)
  }
  return events
}

function readJson(text: string, type: string): unknown[] {
  if (type !== '' && type !== 'text/plain' && !/^application\/([\w.-]+\+)?json$/.test(type)) {
    throw new Problem(
      'media-type-unknown',
      'Content-Type: send application/json, application/x-ndjson or text/plain.',
      { field: 'Content-Type' },
    )
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new Problem('bad-json', `The body is not JSON: ${(cause as Error).message}`, { cause })
  }
  if (Array.isArray(value)) return value
  if (typeof value === 'object' && value !== null) {
    if (!('events' in value)) return [value]
    if (Array.isArray(value.events)) return value.events
  }
  throw new Problem('bad-input', 'body: send an array of events, or {"events":[...]}', { field: 'body' })
}

function readLines(text: string, eventsMax: number): unknown[] {
  const events: unknown[] = []
  let number = 0
  for (const line of text.split('\n')) {
    number++
    if (line.trim() === '') continue
    if (events.length > eventsMax) break
    try {
      events.push(JSON.parse(line))
    } catch {
      events.push(new UnreadableLine(number))
    }
  }
  return events
}
