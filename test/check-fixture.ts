import type { Check, CheckInput, RefusalReason } from '../src/core/checks/check.ts'
import type { TaskDefinition, TaskShot } from '../src/core/task.ts'

export type InputChanges = Partial<Omit<CheckInput, 'task' | 'context' | 'earlier'>> & {
  readonly topic?: string
  readonly article?: string
  readonly notes?: string
  readonly constraints?: Partial<TaskDefinition['constraints']>
  readonly shots?: readonly Pick<TaskShot, 'topic' | 'items'>[]
  readonly brief?: string
  readonly earlier?: readonly string[]
}

const COFFEE = [{ topic: 'Coffee Makers', items: ['How many cups does a coffee maker brew at once?'] }]

/** What a check is given in tests: a shopping task about vacuums, with the changes named. */
export function checkInput(changes: InputChanges = {}): CheckInput {
  const { topic = 'Vacuums', article, notes, constraints, shots, brief, earlier = [], ...others } = changes
  return {
    task: {
      key: 'shopping-question',
      name: 'Shopping questions',
      version: 1,
      noun: { one: 'question', many: 'questions' },
      needsArticle: false,
      brief: brief ?? 'A good question is one that a shopper would ask about the category.',
      constraints: {
        wordsMin: 4,
        wordsMax: 15,
        namesTopic: true,
        bannedWords: ['best', 'where'],
        ending: 'question',
        ...constraints,
      },
      completion: {
        article: 'An article about {topic}:',
        list: 'Questions about {topic}:',
        ratedList: 'Questions about {topic}, by clicks:',
        popular: 'A popular question about {topic}:',
        alike: 'Another on the same subject:',
      },
      shots: (shots ?? COFFEE).map((shot) => ({
        alike: ['How loud is one of these?', 'Do these make noise?'],
        ...shot,
      })),
    },
    context: {
      key: 'test',
      task: 'shopping-question',
      topic,
      ...(article === undefined ? {} : { article }),
      ...(notes === undefined ? {} : { notes }),
    },
    earlier: earlier.map((text, index) => ({ id: `i${index}`, text })),
    vectorOf: () => undefined,
    ...others,
  }
}

/** Why one check refuses a text; null when it passes. */
export function reasonOf(check: Check, text: string, changes: InputChanges = {}): RefusalReason | null {
  return check({ text }, checkInput(changes))?.reason ?? null
}
