import { z } from 'zod'

export const SIDES = ['left', 'right'] as const
export type Side = (typeof SIDES)[number]

const text = z.string('give a text')
const relevance = z.number('give a number').min(1, 'give at least 1').max(10, 'give at most 10')
const side = z.enum(SIDES, 'give left or right')
const scoredText = z.object({ text, relevance })
const pool = z.object({
  iteration: z.int('give a whole number').min(0, 'give at least 0'),
  poolCtr: z.number('give a number').min(0, 'give at least 0').max(1, 'give at most 1'),
  texts: z.array(text, 'give a list of texts').min(1, 'give at least one text').readonly(),
})

const common = {
  id: text.min(1, 'give an id'),
  task: text,
  topic: text,
  /** Name and description of each persona, one a line. */
  people: text,
  scorer: text,
}

const pairSchema = z
  .object({
    ...common,
    kind: z.literal('question-pair'),
    left: scoredText,
    right: scoredText,
    /** The side whose text the scorer gave more. */
    higher: side,
  })
  .refine(({ left, right, higher }) => (higher === 'left') === left.relevance > right.relevance, {
    path: ['higher'],
    message: 'is not the side with the larger relevance; take the key file as forage lab pairs wrote it',
  })
  .refine(({ left, right }) => left.relevance !== right.relevance, {
    path: ['right', 'relevance'],
    message: 'is the same as that of the left; take the key file as forage lab pairs wrote it',
  })

const poolSchema = z
  .object({
    ...common,
    kind: z.literal('pool-comparison'),
    strategy: text,
    seed: z.number('give a number'),
    writer: text,
    left: pool,
    right: pool,
    /** The side of the last pool; the other is IP_0. */
    last: side,
  })
  .refine(({ left, right, last }) => (last === 'left') === left.iteration > right.iteration, {
    path: ['last'],
    message: 'is not the side with the later iteration; take the key file as forage lab pairs wrote it',
  })

/** One thing that people are asked, with the truth about it. */
export const checkSchema = z.discriminatedUnion('kind', [pairSchema, poolSchema], 'give a check')

export type PairCheck = z.infer<typeof pairSchema>
export type PoolCheck = z.infer<typeof poolSchema>
export type Check = PairCheck | PoolCheck
