import { expect, test } from 'vitest'
import { InputError } from '../../core/errors.ts'
import { openBanditRecords } from './open-bandit.ts'
import type { ExportRecord, RecordOf } from './records.ts'

const HEADER = ',timestamp,item_id,position,click,propensity_score,user_feature_0'
const ROWS = [
  '0,2019-11-24 00:00:34.762830+00:00,14,3,0,0.25,a',
  '1,2019-11-24 00:00:35.000000+00:00,7,1,1,0.25,a',
  '2,2019-11-24 00:00:36.000000+00:00,14,3,1,0.25,"a, b"',
]

async function* bytesOf(text: string) {
  yield Buffer.from(text.slice(0, 30), 'utf8')
  yield Buffer.from(text.slice(30), 'utf8')
}

async function recordsOf(log: string, items?: string): Promise<ExportRecord[]> {
  const all: ExportRecord[] = []
  const records = openBanditRecords({
    context: 'Shirts',
    log: bytesOf(log),
    logName: 'log.csv',
    ...(items === undefined ? {} : { items: bytesOf(items), itemsName: 'items.csv' }),
  })
  for await (const record of records) all.push(record)
  return all
}

function one<Kind extends ExportRecord['record']>(
  records: readonly ExportRecord[],
  kind: Kind,
): RecordOf<Kind> {
  return records.find((record) => record.record === kind) as RecordOf<Kind>
}

test('rows are counted by item and place; items are those of the log', async () => {
  const records = await recordsOf(`${HEADER}\n${ROWS.join('\r\n')}\r\n`)
  expect(records.filter(({ record }) => record === 'item')).toMatchObject([
    { id: 'i0', text: 'Item 7' },
    { id: 'i1', text: 'Item 14' },
  ])
  expect(one(records, 'context')).toMatchObject({
    key: 'Shirts',
    status: 'paused',
    config: { poolSize: 5, slateSize: 2, arms: [{ key: 'live', share: 1 }] },
  })
  expect(one(records, 'past-counts')).toMatchObject({
    items: [
      { itemId: 'i0', position: 0, isUniform: true, impressions: 1, clicks: 1, noClickImpressions: 0 },
      { itemId: 'i1', position: 2, isUniform: true, impressions: 2, clicks: 1, noClickImpressions: 1 },
    ],
    slates: [{ slates: 3, clicked: 2, isUniform: true }],
  })
  expect(one(records, 'end').records).toBe(records.length)
})

test('a log with different propensities was not chosen uniformly; a list gives texts and items never shown', async () => {
  const log = `${HEADER}\n${ROWS.join('\n').replace('0.25', '0.3')}`
  const records = await recordsOf(log, 'item_id,text\n14,"Warm, in blue"\n3,Red\n7,Green')
  expect(one(records, 'past-counts').slates).toMatchObject([{ isUniform: false }])
  expect(records.filter(({ record }) => record === 'item')).toMatchObject([
    { id: 'i0', text: 'Red' },
    { id: 'i1', text: 'Green' },
    { id: 'i2', text: 'Warm, in blue' },
  ])
})

test.each<[string, string, RegExp]>([
  ['', '', /log.csv: "nothing": give a CSV with a header/],
  [HEADER, '', /log.csv: "no rows"/],
  [HEADER.replace('click', 'clicks'), ROWS[0] as string, /log.csv:1: .*must name the column click once/],
  [
    HEADER,
    `${ROWS[0]}\n${ROWS[1]?.replace(',7,1,', ',7,0,')}`,
    /log.csv:3: position: "0": give a whole number from 1 to 100/,
  ],
  [
    HEADER,
    (ROWS[0] as string).replace(',0,0.25', ',2,0.25'),
    /log.csv:2: click: "2": give a whole number from 0 to 1/,
  ],
  [HEADER, (ROWS[0] as string).replace('0.25', '1.25'), /log.csv:2: propensity_score: "1.25"/],
  [HEADER, (ROWS[0] as string).replace('0.25', ''), /log.csv:2: propensity_score: ""/],
  [HEADER, (ROWS[0] as string).replace(',14,', ',x,'), /log.csv:2: item_id: "x"/],
  [HEADER, (ROWS[0] as string).replace('2019-11-24', 'Sunday'), /log.csv:2: timestamp: "Sunday/],
  [HEADER, `${ROWS[0]},more`, /log.csv:2: "CSV_/],
])('%j with %j is refused', async (header, rows, message) => {
  const failure = await recordsOf(header === '' ? '' : `${header}\n${rows}`).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(InputError)
  expect((failure as Error).message).toMatch(message)
})

test('an item that the list has not is refused', async () => {
  await expect(recordsOf(`${HEADER}\n${ROWS[0]}`, 'item_id\n7')).rejects.toThrow(
    /log.csv:2: item_id: 14: the list of items has no such item/,
  )
  await expect(recordsOf(`${HEADER}\n${ROWS[0]}`, 'item_id\n14\n14')).rejects.toThrow(
    /items.csv:3: item_id: 14/,
  )
})
