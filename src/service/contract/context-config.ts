import { z } from '@hono/zod-openapi'
import type { NO_BUDGET } from '../../core/live/context-config.ts'
import { armKeyText, lineOf, notesText, numberFrom, share, wholeNumber } from './text.ts'

/** Seconds of a day, a week, a year. */
const WEEK_SECONDS = 604_800
const YEAR_SECONDS = 31_536_000
const COUNT_MAX = 1_000_000_000
const ARMS_MAX = 10

const limit = (most: number, says: string) =>
  numberFrom(0, most).nullable().describe(`${says}; null for no limit.`)
const count = (says: string) => wholeNumber(0, 1e12).nullable().describe(`${says}; null for no limit.`)

const budgetFields = {
  callsPerDay: count('Model calls a UTC day'),
  tokensPerDay: count('Tokens a UTC day'),
  usdPerDay: limit(1e9, 'US dollars a UTC day'),
  calls: count('Model calls in all'),
  tokens: count('Tokens in all'),
  usd: limit(1e9, 'US dollars in all'),
} satisfies Record<keyof typeof NO_BUDGET, z.ZodType>

export const budgetSchema = z.strictObject(budgetFields).openapi('Budget')

export const budgetChangeSchema = z
  .strictObject(budgetFields)
  .partial()
  .describe('Fields that are left out stay as they are.')
  .openapi('BudgetChange')

/** A change of a resource that says what is to change: an empty one is rather a mistake than a wish. */
export const budgetPatchSchema = budgetChangeSchema
  .refine(saysSomething, {
    message: `say what is to change: give at least one of ${Object.keys(budgetFields).join(', ')}`,
    when: isRightSoFar,
  })
  .openapi('BudgetPatch', { minProperties: 1 })

const policySchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('uniform') }),
    z.strictObject({
      kind: z.literal('thompson'),
      uniformShare: share.describe('Share of slates that are drawn uniformly at random instead.'),
    }),
  ],
  'give { "kind": "uniform" }, or { "kind": "thompson", "uniformShare": 0.1 }',
)

const dueFields = {
  interactions: wholeNumber(1, COUNT_MAX).describe('Counted visits since the last iteration.'),
  everySeconds: wholeNumber(60, YEAR_SECONDS).describe('Seconds since the last iteration.'),
  evidence: numberFrom(1e-6, 0.499).describe(
    'As soon as the worst live item is told from the best, at this rate of error.',
  ),
}

const dueSchema = z
  .strictObject(dueFields)
  .partial()
  .describe('When the pool is rewritten: as soon as one of these is met. {} for only when asked.')

const capsFields = {
  slatesPerVisitor: wholeNumber(1, COUNT_MAX).describe('Slates of one visitor that count, a UTC day.'),
  clickedSlatesPerVisitor: wholeNumber(1, COUNT_MAX).describe(
    'Clicked slates of one visitor that count, a day.',
  ),
  slatesPerNetwork: wholeNumber(1, COUNT_MAX).describe('Slates of one network that count, a day.'),
  clickedSlatesPerNetwork: wholeNumber(1, COUNT_MAX).describe(
    'Clicked slates of one network that count, a day.',
  ),
  clickMsMin: wholeNumber(0, 60_000).describe('Clicks that come faster after the slate are left out.'),
  clickersMin: wholeNumber(1, 1_000_000).describe(
    'Visitors who must have clicked an item before the writer is to follow it.',
  ),
}

const wholeFields = {
  poolSize: wholeNumber(1, 1000).describe('N: live items.'),
  slateSize: wholeNumber(1, 100).describe('K: items shown together; at most poolSize.'),
  replacedPerIteration: wholeNumber(1, 1000).describe('n: items written by each prompt in an iteration.'),
  candidatesPerBirth: wholeNumber(1, 64).describe('Candidates asked for each place.'),
  writeAttemptsMax: wholeNumber(1, 100).describe('Times the writer is asked for one request.'),
  samplingTemperature: numberFrom(0, 2).describe("The language model's."),
  attributionWindowSeconds: wholeNumber(1, WEEK_SECONDS).describe(
    'How long a slate takes impressions and clicks; its visit counts after that.',
  ),
  approval: z
    .enum(['none', 'required'], 'give none or required')
    .describe('required: texts wait for a person before they are served.'),
}

const armFields = {
  key: armKeyText,
  share: share.describe('Share of visitors; the shares of all arms add up to 1.'),
}
const notes = notesText.describe(
  'Your wishes for the writer, in plain words: tone, subjects, do and do not. Not for secrets.',
)
const writerName = lineOf(200).describe('As --writer takes it; the service’s own when left out.')

export const configSchema = z
  .strictObject({
    ...wholeFields,
    arms: z.array(
      z.strictObject({
        ...armFields,
        isFrozen: z.boolean(),
        strategy: z.string(),
        writer: writerName.optional(),
        policy: policySchema,
      }),
    ),
    due: dueSchema,
    caps: z.strictObject(capsFields),
    budget: budgetSchema,
    notes: notes.optional(),
  })
  .openapi('ContextConfig')

/** What a caller gives: any part of a configuration. What the parts mean to each other is in `checkedConfig`. */
export const configChangeSchema = z
  .strictObject({
    ...wholeFields,
    arms: z
      .array(
        z.strictObject({
          ...armFields,
          isFrozen: z.boolean('give true or false').optional().describe('A frozen arm keeps its first pool.'),
          strategy: z.string('give a text').max(100).optional().describe('How the pool is rewritten.'),
          writer: writerName.optional(),
          policy: policySchema.optional(),
        }),
      )
      .min(1, 'give at least one arm')
      .max(ARMS_MAX, `give at most ${ARMS_MAX} arms`)
      .describe('All arms, the main one first. Replaces the list as a whole.'),
    due: dueSchema,
    caps: z.strictObject(capsFields).partial(),
    budget: budgetChangeSchema,
    notes: notes.nullable().describe('As above; null takes them away.'),
  })
  .partial()
  .describe('Fields that are left out keep their value; defaults are those of the paper.')
  .openapi('ContextConfigChange')

/** Whether a change is empty is asked when nothing else is wrong with it: a misspelt field is the better message. */
export function isRightSoFar({ issues }: { readonly issues: readonly unknown[] }): boolean {
  return issues.length === 0
}

/** Is anything named that is to change? An empty part says nothing, but for `due`, which is replaced as a whole. */
export function saysSomething(change: object): boolean {
  return Object.entries(change).some(([name, value]: [string, unknown]) => {
    if (value === undefined) return false
    const isPart = typeof value === 'object' && value !== null && !Array.isArray(value)
    return !isPart || name === 'due' || saysSomething(value)
  })
}

export type ConfigChange = z.output<typeof configChangeSchema>
