import type { Candidate } from '../item.ts'
import type { WriteRequest } from '../strategies/strategy.ts'
import { sharedSubject, subjectWords } from './subject.ts'

/**
 * Candidates in the order in which they get a chance to be born; the checks decide which of them may.
 *
 * - `fluent`: by mean log-probability, which sorts sense from nonsense well.
 * - `alike`: those that share most of the followed item's subject first: what the exploit prompt asks for.
 * - `novel`: those whose subject words are least covered by earlier items first: what the explore prompt asks for.
 *
 * Small models follow such a request only now and then; samples are cheap, so it is kept here instead. Subjects
 * are compared by words alone: an encoder could be the one that the audience's scorer rests on, and would then
 * know what it should find out. Equal candidates go by log-probability, then keep the model's order.
 *
 * @param earlier texts ever accepted for the context
 */
export function inChoiceOrder(
  candidates: readonly Candidate[],
  request: Pick<WriteRequest, 'choose' | 'shown' | 'parents'>,
  earlier: readonly string[],
  topic: string,
): Candidate[] {
  const value = valueFunction(request, earlier, topic)
  return candidates
    .map((candidate) => ({ candidate, value: value(candidate.text) }))
    .sort(
      (a, b) =>
        b.value - a.value || (b.candidate.meanLogProbability ?? 0) - (a.candidate.meanLogProbability ?? 0),
    )
    .map(({ candidate }) => candidate)
}

function valueFunction(
  { choose, shown, parents }: Pick<WriteRequest, 'choose' | 'shown' | 'parents'>,
  earlier: readonly string[],
  topic: string,
): (text: string) => number {
  if (choose === 'alike') {
    const followed = shown.find(({ itemId }) => itemId === parents[0])
    if (followed !== undefined) return (text) => sharedSubject(text, followed.text, topic)
  }
  if (choose === 'novel') {
    const covered = new Set<string>()
    for (const text of earlier) for (const word of subjectWords(text, topic)) covered.add(word)
    return (text) => {
      const words = [...subjectWords(text, topic)]
      // A text without a subject of its own covers nothing new.
      return words.length === 0 ? 0 : words.filter((word) => !covered.has(word)).length / words.length
    }
  }
  return () => 0
}
