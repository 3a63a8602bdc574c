import { type CsvError, parse } from 'csv-parse'
import { InputError } from '../../core/errors.ts'
import { DEFAULT_CONTEXT_CONFIG, MAIN_ARM } from '../../core/live/context-config.ts'
import { type ItemTally, NO_VISITORS } from '../../core/live/tallies.ts'
import { EXPORT_FORMAT, type ExportRecord, type RecordOf } from './records.ts'

/** Columns that are read; the others (users, affinities) are not looked at. */
const COLUMNS = ['timestamp', 'item_id', 'position', 'click', 'propensity_score'] as const
const ITEMS_MAX = 1000
const PLACES_MAX = 100
const ROW_BYTES_MAX = 1024 * 1024
const TIMESTAMP = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/

/** Propensities of a log that chose at random differ by no more than their rounding. */
const PROPENSITY_ERROR = 1e-9

export interface OpenBanditOptions {
  /** Key and topic of the context that is made. */
  readonly context: string
  /** The log: one impression a row. */
  readonly log: AsyncIterable<Uint8Array>
  /** Which items there are: column `item_id`, and `text` where there are texts. Without it: those in the log. */
  readonly items?: AsyncIterable<Uint8Array>
  /** How messages call the two files. */
  readonly logName: string
  readonly itemsName?: string
}

interface Row {
  readonly number: number
  readonly values: Readonly<Record<string, string>>
}

/**
 * A log in the layout of the Open Bandit Dataset as the records of an export. Each row is an impression of one item at
 * one place (`position` from 1) with or without a click; its slate is not known, so it counts as a slate of its own.
 * Where all propensities are the same the log chose uniformly at random, and is counted so. The context is paused.
 *
 * @throws InputError naming file, line, column, value and what to do
 *
 * Source of the layout: Y. Saito et al., Open Bandit Dataset and Pipeline (2021).
 */
export async function* openBanditRecords(options: OpenBanditOptions): AsyncGenerator<ExportRecord> {
  const { context, log, logName, items, itemsName = 'items' } = options
  const texts = items === undefined ? undefined : await itemTexts(items, itemsName)
  const counted = await countedLog(log, logName, texts)
  const ids = [...(texts?.keys() ?? counted.seen)].sort((a, b) => a - b)
  if (ids.length > ITEMS_MAX) {
    throw new InputError(itemsName, ids.length, `a pool has at most ${ITEMS_MAX} items`)
  }
  const idOf = new Map(ids.map((id, index) => [id, `i${index}`]))
  const own = { context, arm: MAIN_ARM }
  const records: ExportRecord[] = [
    { record: 'forage-export', format: EXPORT_FORMAT, exportedAtMs: counted.lastMs },
    contextRecord(context, ids.length, counted.places),
    ...ids.map((id): ExportRecord => {
      const plain = { parents: [], bornAt: 0, writtenBy: 'person', promptVersion: 'import', isPinned: false }
      const text = texts?.get(id) ?? `Item ${id}`
      const item = { id: idOf.get(id) as string, text, mode: 'person', standing: 'approved' } as const
      return { record: 'item', ...own, ...item, ...plain, createdAtMs: counted.firstMs }
    }),
    {
      record: 'version',
      ...own,
      version: 1,
      iteration: 0,
      itemIds: [...idOf.values()],
      cause: 'import',
      by: 'import',
      createdAtMs: counted.firstMs,
    },
    pastCounts(own, counted, idOf),
    { record: 'context-end', context },
  ]
  yield* records
  yield { record: 'end', records: records.length + 1 }
}

interface CountedLog {
  readonly seen: ReadonlySet<number>
  readonly places: number
  readonly isUniform: boolean
  readonly firstMs: number
  readonly lastMs: number
  /** By item and place, from 0. */
  readonly tallies: readonly { item: number; place: number; impressions: number; clicks: number }[]
}

async function countedLog(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
  texts: ReadonlyMap<number, string> | undefined,
): Promise<CountedLog> {
  const tallies = new Map<string, CountedLog['tallies'][number]>()
  let firstMs = Number.POSITIVE_INFINITY
  let lastMs = 0
  let places = 0
  let least = Number.POSITIVE_INFINITY
  let most = 0
  for await (const { number, values } of rows(bytes, name, COLUMNS)) {
    const field = (column: string) => `${name}:${number}: ${column}`
    const item = wholeNumber(values.item_id, field('item_id'), 0, 1e9)
    const place = wholeNumber(values.position, field('position'), 1, PLACES_MAX) - 1
    const click = wholeNumber(values.click, field('click'), 0, 1)
    const propensity = Number(values.propensity_score || 'none')
    if (!(propensity > 0 && propensity <= 1)) {
      throw new InputError(
        field('propensity_score'),
        values.propensity_score,
        'give a number above 0, up to 1',
      )
    }
    if (texts?.has(item) === false) {
      throw new InputError(field('item_id'), item, 'the list of items has no such item; add it')
    }
    const at = TIMESTAMP.test(values.timestamp ?? '') ? Date.parse(values.timestamp as string) : Number.NaN
    if (!(at >= 0))
      throw new InputError(
        field('timestamp'),
        values.timestamp,
        'give a date and time, such as 2019-11-24 00:00:17+00:00',
      )
    firstMs = Math.min(firstMs, at)
    lastMs = Math.max(lastMs, at)
    places = Math.max(places, place + 1)
    least = Math.min(least, propensity)
    most = Math.max(most, propensity)
    const key = `${item}/${place}`
    const tally = tallies.get(key) ?? { item, place, impressions: 0, clicks: 0 }
    tally.impressions++
    tally.clicks += click
    tallies.set(key, tally)
  }
  if (tallies.size === 0) throw new InputError(name, 'no rows', 'give a log with at least one impression')
  return {
    seen: new Set([...tallies.values()].map(({ item }) => item)),
    places,
    isUniform: most - least <= PROPENSITY_ERROR,
    firstMs,
    lastMs,
    tallies: [...tallies.values()],
  }
}

async function itemTexts(bytes: AsyncIterable<Uint8Array>, name: string): Promise<Map<number, string>> {
  const texts = new Map<number, string>()
  for await (const { number, values } of rows(bytes, name, ['item_id'])) {
    const id = wholeNumber(values.item_id, `${name}:${number}: item_id`, 0, 1e9)
    if (texts.has(id))
      throw new InputError(`${name}:${number}: item_id`, id, 'it stands there twice; give it once')
    texts.set(id, values.text ?? `Item ${id}`)
  }
  return texts
}

/** Rows of a CSV with a header, with the line that each ends on. */
async function* rows(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
  wanted: readonly string[],
): AsyncGenerator<Row> {
  const parser = parse({
    bom: true,
    info: true,
    record_delimiter: ['\r\n', '\n'],
    max_record_size: ROW_BYTES_MAX,
  })
  const feeding = (async () => {
    for await (const chunk of bytes) {
      if (!parser.write(chunk)) await new Promise((resolve) => parser.once('drain', resolve))
    }
    parser.end()
  })()
  feeding.catch((error: Error) => parser.destroy(error))
  let header: readonly string[] | undefined
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[]
      info: { lines: number }
    }>) {
      if (header === undefined) {
        header = record
        for (const column of wanted) {
          const times = header.filter((one) => one === column).length
          if (times !== 1) {
            throw new InputError(
              `${name}:1`,
              header.slice(0, 8),
              `the header must name the column ${column} once`,
            )
          }
        }
        continue
      }
      const names = header
      yield {
        number: info.lines,
        values: Object.fromEntries(record.map((value, index) => [names[index], value])),
      }
    }
  } catch (error) {
    const { code, lines } = error as CsvError & { lines?: number }
    if (typeof code !== 'string' || !code.startsWith('CSV_')) throw error
    throw new InputError(
      `${name}:${lines ?? 1}`,
      code,
      `this is no row of the CSV: ${(error as Error).message}`,
      { cause: error },
    )
  }
  if (header === undefined) throw new InputError(name, 'nothing', 'give a CSV with a header')
}

function wholeNumber(text: string | undefined, field: string, least: number, most: number): number {
  const value = Number(text)
  if (/^\d{1,10}$/.test(text ?? '') && value >= least && value <= most) return value
  throw new InputError(field, text, `give a whole number from ${least} to ${most}`)
}

function contextRecord(key: string, items: number, places: number): RecordOf<'context'> {
  const [main] = DEFAULT_CONTEXT_CONFIG.arms
  if (main === undefined) throw new Error('a configuration has a main arm')
  const config = {
    ...DEFAULT_CONTEXT_CONFIG,
    // Never less than what a strategy needs to rewrite it.
    poolSize: Math.max(items, DEFAULT_CONTEXT_CONFIG.poolSize),
    slateSize: Math.min(places, items),
    arms: [{ ...main, share: 1 }],
  }
  return {
    record: 'context',
    key,
    task: 'shopping-question',
    topic: key,
    config: config as unknown as RecordOf<'context'>['config'],
    seed: 0,
    status: 'paused',
  }
}

function pastCounts(
  own: { context: string; arm: string },
  { tallies, isUniform }: CountedLog,
  idOf: ReadonlyMap<number, string>,
): RecordOf<'past-counts'> {
  const items = tallies
    .map(
      ({ item, place, impressions, clicks }): ItemTally => ({
        version: 1,
        itemId: idOf.get(item) as string,
        position: place,
        isUniform,
        impressions,
        clicks,
        noClickImpressions: impressions - clicks,
      }),
    )
    .sort((a, b) => Number(a.itemId.slice(1)) - Number(b.itemId.slice(1)) || a.position - b.position)
  const sum = (of: 'impressions' | 'clicks') => items.reduce((total, tally) => total + tally[of], 0)
  return {
    record: 'past-counts',
    ...own,
    items,
    slates: [{ version: 1, isUniform, slates: sum('impressions'), clicked: sum('clicks') }],
    visitors: NO_VISITORS,
    leftOut: {},
    sources: [],
  }
}
