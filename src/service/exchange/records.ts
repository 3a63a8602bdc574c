import { z } from 'zod'
import type { ContextConfig } from '../../core/live/context-config.ts'
import type { LiveItem, PoolVersion } from '../../core/live/live-item.ts'
import type { LiveEvent } from '../../core/live/slate-claims.ts'
import { MARKS } from '../../core/live/visit.ts'
import type { IterationRecord } from '../../ports/store/pools.ts'
import type { PastCounts } from '../../ports/store/transfer.ts'
import { configSchema } from '../contract/context-config.ts'
import {
  armKeyText,
  articleText,
  contextKeyText,
  lineOf,
  numberFrom,
  topicText,
  wholeNumber,
} from '../contract/text.ts'

/** Raised when a reader of the earlier format could not read a file. */
export const EXPORT_FORMAT = 1

/** 2000-01-01: no slate is older. Each day of events is a table of its own, so their number is bounded. */
const MS_MIN = Date.UTC(2000, 0, 1)
const MS_MAX = Date.UTC(2200, 0, 1)
const COUNT_MAX = Number.MAX_SAFE_INTEGER
const NUMBER_MAX = 2 ** 31 - 1
const TEXT_MAX = 2000
const SLATE_MAX = 100

const count = wholeNumber(0, COUNT_MAX)
const instantMs = wholeNumber(MS_MIN, MS_MAX)
const anyInstantMs = wholeNumber(0, MS_MAX)
const name = z.string('give a text').max(TEXT_MAX, `give at most ${TEXT_MAX} characters`)
const itemId = z.string('give a text').regex(/^i\d{1,9}$/, 'give the id of an item, such as i4')
const hash = z.string('give a text').regex(/^[\w-]{1,64}$/, 'give a hash of letters, digits, - and _')
const version = wholeNumber(1, NUMBER_MAX)

const ofArm = { context: contextKeyText, arm: armKeyText }

const itemFields = {
  id: itemId,
  text: lineOf(TEXT_MAX),
  mode: name,
  parents: z.array(itemId).max(1000),
  bornAt: wholeNumber(0, NUMBER_MAX),
  writtenBy: name,
  promptVersion: name,
  meanLogProbability: z.number().optional(),
  standing: z.enum(['waiting', 'approved', 'banned', 'rejected']),
  isPinned: z.boolean(),
  editedFrom: itemId.optional(),
  createdAtMs: anyInstantMs,
} satisfies Record<keyof LiveItem, z.ZodType>

const versionFields = {
  version,
  iteration: wholeNumber(0, NUMBER_MAX),
  itemIds: z.array(itemId).max(1000),
  cause: z.enum(['initial', 'import', 'iteration', 'approve', 'ban', 'edit', 'pin', 'rollback']),
  by: name,
  createdAtMs: anyInstantMs,
} satisfies Record<keyof PoolVersion, z.ZodType>

const iterationFields = {
  iteration: wholeNumber(0, NUMBER_MAX),
  startedAtMs: anyInstantMs,
  finishedAtMs: anyInstantMs,
  interactions: count,
  clicked: count,
  born: z.array(itemId),
  left: z.array(itemId),
  refused: z.record(name, count),
  poolKept: z.enum(['nothing-accepted', 'nothing-planned']).optional(),
  requests: z.array(
    z.strictObject({
      mode: name,
      attempt: count,
      answerKey: name,
      candidates: z.array(
        z.strictObject({
          text: z.string(),
          fate: z.enum(['born', 'spare', 'refused']),
          reason: z.string().optional(),
          detail: z.string().optional(),
          itemId: itemId.optional(),
        }),
      ),
    }),
  ),
} satisfies Record<keyof IterationRecord, z.ZodType>

const itemTally = z
  .strictObject({
    version,
    itemId,
    position: wholeNumber(0, SLATE_MAX - 1),
    isUniform: z.boolean(),
    impressions: count,
    clicks: count,
    noClickImpressions: count,
  })
  .refine(
    ({ impressions, clicks, noClickImpressions }) => clicks + noClickImpressions <= impressions,
    'there are more clicks and no-click impressions than impressions',
  )
const slateTally = z
  .strictObject({ version, isUniform: z.boolean(), slates: count, clicked: count })
  .refine(({ slates, clicked }) => clicked <= slates, 'there are more clicked slates than slates')

const countFields = {
  items: z.array(itemTally),
  slates: z.array(slateTally),
  visitors: z.strictObject({
    visitors: count,
    slates: count,
    clicked: count,
    slatesSquared: count,
    clickedSquared: count,
    slatesTimesClicked: count,
  }),
  leftOut: z.partialRecord(z.enum(['bot', 'too-fast', 'unlikely-time', 'visitor-cap', 'network-cap']), count),
}
const pastFields = {
  ...countFields,
  sources: z.array(
    z.strictObject({
      itemId,
      visitors: count,
      networks: count,
      clicks: count,
      clicksOfBusiestNetwork: count,
    }),
  ),
} satisfies Record<keyof PastCounts, z.ZodType>

const slateClaims = z
  .strictObject({
    slateId: hash,
    arm: armKeyText,
    version,
    itemIds: z.array(itemId).min(1).max(SLATE_MAX),
    policy: z.enum(['uniform', 'thompson']),
    isUniform: z.boolean(),
    propensity: numberFrom(0, 1).nullable(),
    issuedAtMs: instantMs,
    closesAtMs: instantMs,
    visitor: hash,
  })
  .refine(({ issuedAtMs, closesAtMs }) => closesAtMs > issuedAtMs, 'closesAtMs must be after issuedAtMs')

const eventFields = {
  eventId: z.string('give a text').min(1).max(64),
  kind: z.enum(['impression', 'click']),
  position: wholeNumber(-1, SLATE_MAX - 1),
  occurredAtMs: anyInstantMs,
  receivedAtMs: anyInstantMs,
  mark: z.enum(MARKS as readonly [(typeof MARKS)[number], ...(typeof MARKS)[number][]]),
  network: hash,
  slate: slateClaims,
} satisfies Record<keyof LiveEvent, z.ZodType>

/** One line of an export. All of a context stands together, in the order of this list; times are milliseconds. */
export const exportRecordSchema = z.discriminatedUnion(
  'record',
  [
    z.strictObject({
      record: z.literal('forage-export'),
      format: z.literal(
        EXPORT_FORMAT,
        `this version reads format ${EXPORT_FORMAT}; use one that knows this format`,
      ),
      exportedAtMs: anyInstantMs,
    }),
    z.strictObject({ record: z.literal('task'), task: z.unknown() }),
    z.strictObject({
      record: z.literal('context'),
      key: contextKeyText,
      task: lineOf(100),
      topic: topicText,
      article: articleText.optional(),
      config: configSchema,
      seed: wholeNumber(0, NUMBER_MAX),
      status: z.enum(['active', 'paused']),
    }),
    z.strictObject({ record: z.literal('item'), ...ofArm, ...itemFields }),
    z.strictObject({ record: z.literal('version'), ...ofArm, ...versionFields }),
    z.strictObject({ record: z.literal('iteration'), ...ofArm, ...iterationFields }),
    z.strictObject({ record: z.literal('past-counts'), ...ofArm, ...pastFields }),
    z.strictObject({ record: z.literal('counts'), ...ofArm, ...countFields }),
    z.strictObject({ record: z.literal('event'), context: contextKeyText, ...eventFields }),
    z.strictObject({ record: z.literal('context-end'), context: contextKeyText }),
    z.strictObject({ record: z.literal('end'), records: count }),
  ],
  'give one of the records that docs/data-exchange.md lists',
)

export type ExportRecord = z.output<typeof exportRecordSchema>

export type RecordOf<Kind extends ExportRecord['record']> = Extract<ExportRecord, { record: Kind }>

/** Optional fields are absent or given, never undefined: JSON has no such value. */
export function configOf(record: RecordOf<'context'>): ContextConfig {
  return record.config as ContextConfig
}
