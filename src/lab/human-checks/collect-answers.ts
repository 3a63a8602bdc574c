import { InputError } from '../../core/errors.ts'
import type { Ratings } from '../../core/statistics/agreement.ts'
import type { Answer } from './answer-file.ts'
import type { Check } from './check.ts'

/** One person's answers, in the order of the checks. */
export interface Annotator {
  readonly name: string
  /** `left`, `right`, or undefined where there is no answer. */
  readonly choices: Ratings
}

const ANNOTATORS_MAX = 100

/**
 * Puts answers beside the checks they answer. A row without a choice is as good as none, so that one
 * person may send several sheets, each filled in here and there.
 *
 * @throws InputError naming place and value for an id that the key does not know, a check that one person answered
 * twice, or fewer than two people
 */
export function collectAnswers(checks: readonly Check[], answers: readonly Answer[]): Annotator[] {
  const places = new Map(checks.map(({ id }, index) => [id, index]))
  const people = new Map<string, { choices: (string | undefined)[]; seen: (string | undefined)[] }>()
  for (const { id, annotator, choice, place } of answers) {
    const index = places.get(id)
    if (index === undefined) {
      throw new InputError(
        `${place}, id`,
        id,
        'the key has no such check; give the key that was written with this sheet, and leave ids as they are',
      )
    }
    const person = people.get(annotator) ?? { choices: [], seen: [] }
    people.set(annotator, person)
    if (choice === undefined) continue
    const before = person.seen[index]
    if (before !== undefined) {
      throw new InputError(
        `${place}, id`,
        id,
        `${annotator} has answered it already (${before}); keep one of the rows, or name the annotators apart`,
      )
    }
    person.seen[index] = place
    person.choices[index] = choice
  }
  if (people.size < 2 || people.size > ANNOTATORS_MAX) {
    throw new InputError(
      'annotators',
      [...people.keys()].slice(0, 3).join(', '),
      `answers of ${people.size}; give those of 2 to ${ANNOTATORS_MAX} people`,
    )
  }
  return [...people].map(([name, { choices }]) => ({
    name,
    choices: checks.map((_, index) => choices[index]),
  }))
}
