import { foldedText, foldedWords } from '../folded-words.ts'
import { topicMentions } from '../topic-words.ts'
import type { Check } from './check.ts'

/** Letters of other alphabets, and digits and signs, that pass for Latin ones. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  а: 'a',
  в: 'b',
  е: 'e',
  к: 'k',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  с: 'c',
  т: 't',
  у: 'y',
  х: 'x',
  ѕ: 's',
  і: 'i',
  ј: 'j',
  ԁ: 'd',
  ѡ: 'w',
  ԝ: 'w',
  һ: 'h',
  α: 'a',
  β: 'b',
  ε: 'e',
  η: 'n',
  ι: 'i',
  κ: 'k',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  τ: 't',
  υ: 'u',
  χ: 'x',
  ω: 'w',
  ѵ: 'v',
  ß: 'b',
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
}
const LOOKALIKE = new RegExp(`[${Object.keys(LOOKALIKES).join('')}]`, 'gu')

/**
 * No banned word, as a whole word, in any case, accent, width, with hidden characters inside, in letters of
 * another alphabet that look the same, or spaced out. A banned word that belongs to the topic's own name may
 * stand in a mention of the topic.
 */
export const checkBannedWords: Check = ({ text }, { task, context }) => {
  const { bannedWords } = task.constraints
  if (bannedWords.length === 0) return null
  const seen = text.replace(/[\p{Cf}\p{Cc}\p{DI}]/gu, '')
  const around = withoutMentions(seen, context.topic)
  // Signs inside a word part it for a machine, not for a reader: `be*st`.
  const joined = around.replace(/(?<=\S)[^\p{L}\p{M}\p{N}\s|]+(?=\S)/gu, '')
  // In plain ASCII without a lookalike, or without such signs, there is but one reading.
  const readings = [...new Set([around, joined])].flatMap((seen) => {
    const latin = foldedText(seen).replace(LOOKALIKE, latinFor)
    return latin === seen.toLowerCase() ? [wordsOf(seen)] : [wordsOf(seen), wordsOf(latin)]
  })
  for (const banned of bannedWords) {
    const wanted = wordsOf(banned)
    if (wanted.length === 0) continue
    if (readings.some((words) => holdsRun(words, wanted) || holdsRun(spacedOutWords(words), wanted))) {
      return { reason: 'banned-word', detail: `holds "${banned}"` }
    }
  }
  return null
}

function wordsOf(text: string): string[] {
  return foldedWords(text).map((word) => word.folded)
}

function latinFor(character: string): string {
  return LOOKALIKES[character] ?? character
}

function withoutMentions(text: string, topic: string): string {
  let result = ''
  let from = 0
  for (const { start, end } of topicMentions(text, topic)) {
    // The sign in place of the mention is no word, and parts the words around it.
    result += `${text.slice(from, start)} | `
    from = end
  }
  return result + text.slice(from)
}

function holdsRun(words: readonly string[], wanted: readonly string[]): boolean {
  return words.some((_, at) => wanted.every((word, index) => words[at + index] === word))
}

/** `b e s t` and `b-e-s-t` read as one word: each run of single letters is joined. */
function spacedOutWords(words: readonly string[]): string[] {
  const result: string[] = []
  let run = ''
  for (const word of [...words, '']) {
    if (word.length === 1) {
      run += word
      continue
    }
    if (run !== '') result.push(run)
    run = ''
    if (word !== '') result.push(word)
  }
  return result
}
