import { foldedText, foldedWords } from '../folded-words.ts'
import { textNormalForm } from '../text-normal-form.ts'
import { topicMentions } from '../topic-words.ts'
import { wordStem } from '../word-stem.ts'
import type { Check } from './check.ts'

/** Words of shot topics that belong to many other topics too, and prove nothing alone. */
const COMMON_PARTS = new Set(
  `accessory accessories set sets kit kits tool tools machine machines maker makers product products equipment
  system systems light lights cover covers home house kitchen bathroom garden office outdoor indoor travel
  running electric digital smart portable wireless cordless robot small large mini new air water hand power
  baby kids pet dog cat car food body hair face sleeping standing history art science theory war battle life
  great last first city world black white blue red green old modern ancient national discovery invention
  winter summer hiking bicycle desk fan fire interest compound panel plant training learning starter northern
  london golden gate bridge lag growing cooking`
    .split(/\s+/)
    .map(wordStem),
)

/**
 * What a writer took from the few-shot material: a shot's own text, or the name of a shot's category in an
 * item about another. Words that the context's topic or article has too are no leak.
 */
export const checkFewShotLeak: Check = ({ text }, { task, context }) => {
  const own = ownStems(`${context.topic} ${context.article ?? ''}`)
  const normalForm = textNormalForm(text)
  for (const { topic, items } of task.shots) {
    if (foldedText(topic) === foldedText(context.topic)) continue
    if (items.some((item) => textNormalForm(item) === normalForm)) {
      return { reason: 'few-shot-leak', detail: `an example given for "${topic}"` }
    }
    const leaked = leakedWords(text, topic, own)
    if (leaked !== undefined) {
      return { reason: 'few-shot-leak', detail: `"${leaked}" comes from the example "${topic}"` }
    }
  }
  return null
}

function leakedWords(text: string, shotTopic: string, own: ReadonlySet<string>): string | undefined {
  const isForeign = (word: string) => !own.has(wordStem(word)) && word.length > 2
  for (const { start, end } of topicMentions(text, shotTopic)) {
    const words = foldedWords(text.slice(start, end)).map((word) => word.folded)
    const tells = words.length > 1 || !COMMON_PARTS.has(wordStem(words[0] ?? ''))
    if (tells && words.some((word) => isForeign(word) && !COMMON_PARTS.has(wordStem(word)))) {
      return text.slice(start, end)
    }
  }
  // `Coffee Makers` is named by its first word as well.
  const names = new Set(
    foldedWords(shotTopic)
      .map((word) => word.folded)
      .filter((word) => word.length > 3 && isForeign(word))
      .map(wordStem)
      .filter((stem) => !COMMON_PARTS.has(stem)),
  )
  return foldedWords(text).find((word) => names.has(wordStem(word.folded)))?.folded
}

function ownStems(text: string): Set<string> {
  return new Set(foldedWords(text).map((word) => wordStem(word.folded)))
}
