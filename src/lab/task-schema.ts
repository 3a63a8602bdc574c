import { z } from 'zod'

/** Most characters of each kind of text in a task file; a prompt must stay small. */
const NAME_MAX = 100
const NOUN_MAX = 40
const BRIEF_MAX = 2000
const WORDING_MAX = 200
const TOPIC_MAX = 200
const ITEM_MAX = 500
/** Words an item may have at most, whatever the task says: these are short texts that invite a click. */
const ITEM_WORDS_MAX = 60
const SHOTS_MIN = 6
const SHOTS_MAX = 50
const SHOT_ITEMS_MIN = 4
const SHOT_ITEMS_MAX = 20
/** Words of a shot's article. 40 to 80 work best: four of them stand in one prompt. */
const SHOT_ARTICLE_WORDS = { min: 20, max: 120 }

/** Line ends, other control characters, and characters that steer the direction of text. */
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u
const READABLE = /[\p{L}\p{N}]/u

/** One line of visible text. */
const line = (max: number, says: string) =>
  z
    .string('give a text')
    .max(max, `give at most ${max} characters`)
    .refine((value) => READABLE.test(value), 'give a text with at least one letter or digit')
    .refine((value) => value === value.trim(), 'remove the spaces around it')
    .refine((value) => !UNSAFE.test(value), 'give one line without control or direction characters')
    .describe(says)

const wording = (says: string) =>
  line(WORDING_MAX, says).refine(
    (value) => !/[{}]/.test(value.replaceAll('{topic}', '')),
    'the only placeholder is {topic}; remove other braces',
  )

const words = (says: string) => {
  const advice = `give a whole number from 1 to ${ITEM_WORDS_MAX}`
  return z.int(advice).min(1, advice).max(ITEM_WORDS_MAX, advice).describe(says)
}

const bannedWord = line(40, 'A word, or a few words in a row.').refine(
  (value) => value === value.toLowerCase(),
  'give it in lower case; every case of it is banned',
)

const constraints = z
  .strictObject(
    {
      wordsMin: words('Fewest words of an item.'),
      wordsMax: words('Most words of an item; at least wordsMin.'),
      namesTopic: z.boolean('give true or false').describe('Whether an item must name the topic.'),
      bannedWords: z
        .array(bannedWord, 'give a list of lower-case words; [] for none')
        .max(200, 'give at most 200 words')
        .describe('Words an item may not hold, in lower case. They are found in any case and spelling.'),
      ending: z
        .enum(['question', 'statement', 'any'], 'give question, statement or any')
        .describe('question: ends with a question mark. statement: does not. any: free.'),
    },
    'give an object',
  )
  .describe('What code checks on every candidate, whatever the model says.')

const completion = z
  .strictObject(
    {
      article: wording('Opens the article: "An article about {topic}:". Unused when needsArticle is false.'),
      list: wording('Opens a list of items: "Questions shoppers ask about {topic}:".'),
      ratedList: wording('Opens a list of items with rates, lowest first.'),
      popular: wording('Opens one item that did well: "A popular question about {topic}:".'),
      alike: wording('Opens one more around the same subject: "Another on the same subject:".'),
    },
    'give an object',
  )
  .describe(
    'Lines that base models continue. {topic} stands for the topic in lower case; names keep capitals.',
  )

const item = line(ITEM_MAX, 'An item as it should be: it must keep to the constraints.')

const shot = z.strictObject(
  {
    topic: line(TOPIC_MAX, 'What the items are about. Must not be a topic you mean to run.'),
    article: z
      .string('give a text')
      .refine((value) => {
        const count = value.split(/\s+/u).filter((word) => word !== '').length
        return count >= SHOT_ARTICLE_WORDS.min && count <= SHOT_ARTICLE_WORDS.max
      }, `give an article of ${SHOT_ARTICLE_WORDS.min} to ${SHOT_ARTICLE_WORDS.max} words`)
      .refine((value) => !UNSAFE.test(value), 'give one line without control or direction characters')
      .optional()
      .describe('The text the items are about, 40 to 80 words. Given exactly when needsArticle is true.'),
    items: z
      .array(item, 'give a list of texts')
      .min(SHOT_ITEMS_MIN, `give at least ${SHOT_ITEMS_MIN} items, each on another subject`)
      .max(SHOT_ITEMS_MAX, `give at most ${SHOT_ITEMS_MAX} items`)
      .describe('Natural, varied items, each on another subject.'),
    alike: z
      .tuple([item, item], 'give two items around one subject')
      .describe('Two more items around one subject, in other words.'),
  },
  'give an object',
)

/**
 * A task file, alone; what its fields must mean to each other is in `task-file.ts`. Also the source of
 * `data/schemas/task.schema.json`, which editors read.
 */
export const taskSchema = z
  .strictObject(
    {
      $schema: z.string('give a text').optional().describe('Address of this schema, for editors. Not read.'),
      key: z
        .string('give a text')
        .regex(
          /^[a-z0-9][a-z0-9-]{0,63}$/,
          'give 1 to 64 lower-case letters, digits and hyphens, not a hyphen first',
        )
        .describe('Name in records and prompt versions. Not the key of a built-in task.'),
      name: line(NAME_MAX, 'For people: "Shopping questions".'),
      version: z
        .int('give a whole number from 1')
        .min(1, 'give a whole number from 1')
        .max(1_000_000, 'give a whole number from 1 to 1000000')
        .describe('Raise it when the wording or the shots change: recorded answers belong to one version.'),
      noun: z
        .strictObject(
          { one: line(NOUN_MAX, 'question'), many: line(NOUN_MAX, 'questions') },
          'give an object with one and many',
        )
        .describe('What an item is called.'),
      needsArticle: z
        .boolean('give true or false')
        .describe('Whether items are about an article, which must then be given.'),
      brief: z
        .string('give a text')
        .max(BRIEF_MAX, `give at most ${BRIEF_MAX} characters`)
        .refine((value) => READABLE.test(value), 'give a text with at least one letter or digit')
        .describe('For instruct models, in plain sentences: who reads the items, and what makes one good.'),
      constraints,
      completion,
      shots: z
        .array(shot, 'give a list of shots')
        .min(SHOTS_MIN, `give at least ${SHOTS_MIN} shots`)
        .max(SHOTS_MAX, `give at most ${SHOTS_MAX} shots`)
        .describe('Examples from other topics. Four are shown in a prompt, in turn.'),
    },
    'give one object with the fields of a task',
  )
  .describe('A Forage task: what is written, and how a language model is shown what is wanted.')

/** The schema as JSON Schema (draft 2020-12), for editors. What fields mean to each other is not in it. */
export function taskJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(taskSchema, { io: 'input' }), title: 'Forage task' }
}
