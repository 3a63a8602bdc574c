import { z } from 'zod'
import { behaviourMistake } from '../simulator/behaviour.ts'

/** Longest description and example, in characters: an encoder reads no more than about a thousand. */
const DESCRIPTION_MAX = 1000
const EXAMPLE_MAX = 500
const PERSONAS_MAX = 100
const EXAMPLES_MAX = 100

const text = (max: number) =>
  z
    .string('give a text')
    .max(max, `give at most ${max} characters`)
    .refine((value) => value.trim() !== '', 'give a text that is not blank')

const aboveZero = (max: number) =>
  z.number('give a number').gt(0, 'give a number above 0').max(max, `give a number of at most ${max}`)

const personaFields = {
  key: z
    .string('give a text')
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'give 1 to 64 lower-case letters, digits and hyphens'),
  name: text(100),
  description: text(DESCRIPTION_MAX),
  examples: z
    .array(text(EXAMPLE_MAX), 'give a list of texts')
    .max(EXAMPLES_MAX, `give at most ${EXAMPLES_MAX} examples`)
    .default([]),
}

const number = z.number('give a number')

/** Shapes only; what the numbers may be stands in `behaviourMistake`. */
const behaviour = z.strictObject(
  {
    slotEffects: z.array(number, 'give a list of numbers').exactOptional(),
    tasteDeviation: number.exactOptional(),
    visitors: number.exactOptional(),
    wearOut: number.exactOptional(),
    drift: z
      .strictObject(
        {
          weights: z.record(z.string(), number, 'give an object of weights by persona key'),
          iterations: number,
          startsAt: number.exactOptional(),
        },
        'give an object',
      )
      .exactOptional(),
    lateClicks: number.exactOptional(),
    bots: z
      .strictObject(
        {
          share: number,
          clickProbability: number,
          target: z.union([z.number(), z.string()], 'give a number or a text').exactOptional(),
        },
        'give an object',
      )
      .exactOptional(),
  },
  'give an object',
)

/** A user's audience file. */
export const audienceFileSchema = z
  .strictObject(
    {
      personas: z
        .array(
          z.strictObject({ ...personaFields, weight: aboveZero(1e6).default(1) }, 'give an object'),
          'give a list of personas',
        )
        .min(1, 'give at least one persona')
        .max(PERSONAS_MAX, `give at most ${PERSONAS_MAX} personas`)
        .superRefine((personas, context) => {
          const seen = new Map<string, number>()
          for (const [index, { key }] of personas.entries()) {
            const before = seen.get(key)
            if (before === undefined) seen.set(key, index)
            else {
              context.addIssue({
                code: 'custom',
                path: [index, 'key'],
                message: `personas[${before}] has this key already; give each persona its own`,
              })
            }
          }
        }),
      choiceTemperature: aboveZero(1000).default(1.5),
      noClickScore: z
        .number('give a number')
        .min(-1000, 'give a number from -1000 to 1000')
        .max(1000, 'give a number from -1000 to 1000')
        .default(11),
      behaviour: behaviour.exactOptional(),
    },
    'give an object with a list of personas',
  )
  .superRefine(({ personas, behaviour }, context) => {
    if (behaviour === undefined) return
    const mistake = behaviourMistake(
      behaviour,
      personas.map(({ key }) => key),
    )
    if (mistake === undefined) return
    context.addIssue({ code: 'custom', path: ['behaviour', ...mistake.place], message: mistake.advice })
  })

/** A built-in file of one persona. */
export const builtInPersonaSchema = z.strictObject({
  ...personaFields,
  examples: personaFields.examples.unwrap().min(6),
})

/** A built-in file that mixes built-in personas in equal shares. */
export const builtInMixSchema = z.strictObject({
  key: z.string(),
  name: z.string(),
  comment: z.string(),
  mix: z.array(z.string()).min(2),
})
