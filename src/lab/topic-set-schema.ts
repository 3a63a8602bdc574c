import { z } from 'zod'

/** Most topics of a set, and most audiences that meet it. */
const TOPICS_MAX = 10_000
const AUDIENCES_MAX = 100
const NAME_MAX = 100
/** Characters of a path; most systems take no longer one. */
const PATH_MAX = 1000

const key = (says: string) =>
  z
    .string('give a text')
    .regex(
      /^[a-z0-9][a-z0-9-]{0,63}$/,
      'give 1 to 64 lower-case letters, digits and hyphens, not a hyphen first',
    )
    .describe(says)

const reference = (says: string, advice: string) =>
  z
    .string(advice)
    .max(PATH_MAX, `give at most ${PATH_MAX} characters`)
    .refine((value) => value.trim() !== '', advice)
    .describe(says)

const entry = z.strictObject(
  {
    // What a topic may be is `checkedTopic`'s to say, here and wherever else one is given.
    topic: z
      .string('give a text such as "Rice Cookers"')
      .meta({ minLength: 1, maxLength: 200 })
      .describe('As people write it, on one line: "Rice Cookers". Each topic once.'),
    article: reference(
      'Path of a UTF-8 text file, from the directory of this file. Given exactly when the task needs an article.',
      'give the path of a text file',
    ).optional(),
  },
  'give an object with a topic',
)

/**
 * A file of topics, alone; what its fields must mean to each other is in `topic-set.ts`. Also the source of
 * `data/schemas/topics.schema.json`, which editors read.
 */
export const topicSetSchema = z
  .strictObject(
    {
      $schema: z.string('give a text').optional().describe('Address of this schema, for editors. Not read.'),
      key: key('Name in records and results. Not the key of a built-in set.'),
      name: z
        .string('give a text')
        .max(NAME_MAX, `give at most ${NAME_MAX} characters`)
        .refine((value) => /[\p{L}\p{N}]/u.test(value), 'give a text with at least one letter or digit')
        .describe('For people: "Garden tools".'),
      domain: key('What the topics have in common; sets of one domain may be read together.').optional(),
      task: reference(
        'What is written about each topic: the key of a built-in task, or the path of a task file from the directory of this file.',
        'give the key of a task, or a JSON file',
      ),
      audiences: z
        .array(
          reference(
            'A built-in audience, several with commas between, or the path of an audience file from the directory of this file.',
            'give the name of an audience, or a JSON file',
          ),
          'give a list of audiences',
        )
        .min(1, 'give at least one audience')
        .max(AUDIENCES_MAX, `give at most ${AUDIENCES_MAX} audiences`)
        .describe('Who may meet these topics, each on its own.'),
      topics: z
        .array(entry, 'give a list of topics')
        .min(1, 'give at least one topic')
        .max(TOPICS_MAX, `give at most ${TOPICS_MAX} topics`),
    },
    'give one object with key, name, task, audiences and topics',
  )
  .describe('A Forage topic set: topics of one task, and the audiences that meet them.')

/** A topic set file as it stands. */
export type TopicSetFile = z.infer<typeof topicSetSchema>

/** The schema as JSON Schema (draft 2020-12), for editors. What fields mean to each other is not in it. */
export function topicSetJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(topicSetSchema, { io: 'input' }), title: 'Forage topic set' }
}
