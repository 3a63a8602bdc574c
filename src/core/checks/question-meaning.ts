import { plainWords } from '../text-normal-form.ts'
import { singularForms, verbForms } from '../word-forms.ts'
import { wordStem } from '../word-stem.ts'
import { withTopicAs } from './comparable-text.ts'
import { ASKED, FRAMES, STOP_WORDS, SYNONYMS } from './question-frames.ts'

/** One made-up word for the topic, which no rule touches. */
const TOPIC_WORD = 'qtopicq'

/**
 * What a text asks or says, as a set of concepts in alphabetical order: the topic left out, question frames
 * and synonyms brought together, small words dropped. `How much does a vacuum cost?` and `What is the price
 * of a vacuum?` both give `price`. Empty when nothing but small words is left.
 */
export function questionMeaning(text: string, topic: string): string[] {
  const words = plainWords(withTopicAs(text, topic, TOPIC_WORD)).map(singleVerb)
  let line = ` ${words.filter((word) => word !== 'a' && word !== 'an' && word !== 'the').join(' ')} `
  for (const [frame, meaning] of FRAMES) line = line.replace(frame, ` ${meaning} `)
  const concepts = new Set<string>()
  for (const word of line.split(' ')) {
    if (word === '' || word === TOPIC_WORD || STOP_WORDS.has(word)) continue
    concepts.add(conceptOf(word))
  }
  return [...concepts].sort()
}

/** One form for the verbs that frames are built on. */
function singleVerb(word: string): string {
  if (word === 'does') return 'do'
  if (word === 'are' || word === 'be') return 'is'
  if (word === 'were') return 'was'
  return word
}

/** The synonym group of a word in whatever form, else its stem. */
function conceptOf(word: string): string {
  if (ASKED.has(word)) return word
  for (const form of [word, ...singularForms(word), ...verbForms(word)]) {
    const concept = SYNONYMS.get(form)
    if (concept !== undefined) return concept
  }
  return wordStem(verbForms(word)[0] ?? word)
}
