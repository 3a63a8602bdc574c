import { foldedWords } from '../folded-words.ts'
import type { TaskDefinition } from '../task.ts'
import type { Check, CheckInput } from './check.ts'
import { CHECK_LIMITS } from './check-limits.ts'

/** Scripts told apart, each with those that one language mixes. */
const SCRIPTS: readonly (readonly [name: string, letters: RegExp])[] = [
  ['Latin', /\p{sc=Latn}/gu],
  ['Greek', /\p{sc=Grek}/gu],
  ['Cyrillic', /\p{sc=Cyrl}/gu],
  ['Chinese, Japanese or Korean', /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Bopo}]/gu],
  ['Arabic', /\p{sc=Arab}/gu],
  ['Hebrew', /\p{sc=Hebr}/gu],
  ['Devanagari', /\p{sc=Deva}/gu],
  ['Thai', /\p{sc=Thai}/gu],
]
const ASCII = /^[\u0000-\u007f]*$/
const LETTER = /\p{L}/gu
const STACKED_MARKS = new RegExp(`\\p{M}{${CHECK_LIMITS.stackedMarksMax + 1}}`, 'u')
const SAME_LETTER = new RegExp(`(\\p{L})\\1{${CHECK_LIMITS.sameLetterRunMax}}`, 'u')
const CONSONANTS = new RegExp(`[bcdfghjklmnpqrstvwxz]{${CHECK_LIMITS.consonantRunMax + 1}}`)

const ENGLISH = wordSet(
  `the a an is are was were do does did can could should would will has have what how why when which who of
  for to in on with from it you your and or not be that this there about at by as my i we they more than`,
)
/** Small words of the languages a small model slips into; those that are English words too are left out. */
const ELSEWHERE = wordSet(
  `el los las una unos que es por para como cual cuanto del con se le les une est pour quel quelle dans avec
  des du sur qui der die das und ist ein eine wie von mit fur auf nicht welche il gli che di per una sono
  come quanto della uma qual em os nao het een van zijn hoe`,
)

/** Something a reader of the task's language can read: enough letters, the right script, words like words. */
export const checkLanguage: Check = ({ text }, input) => {
  const detail =
    signsOrLetters(text) ?? foreignScript(text, input) ?? oddWord(text) ?? otherLanguage(text, input)
  return detail === undefined ? null : { reason: 'not-language', detail }
}

function signsOrLetters(text: string): string | undefined {
  const signs = [...text.replace(/\s/gu, '')].length
  const letters = text.match(/[\p{L}\p{M}]/gu)?.length ?? 0
  if (letters < CHECK_LIMITS.letterShareMin * signs) {
    return `${letters} letters among ${signs} signs`
  }
  if (!ASCII.test(text) && STACKED_MARKS.test(text.normalize('NFD'))) {
    return 'marks stacked on a letter'
  }
  return undefined
}

function foreignScript(text: string, { task, context }: CheckInput): string | undefined {
  const home = new Set([...scriptsOf(context.topic), ...homeOf(task).scripts])
  const all = text.match(LETTER)?.length ?? 0
  let atHome = 0
  for (const [name, letters] of SCRIPTS) if (home.has(name)) atHome += text.match(letters)?.length ?? 0
  const foreign = all - atHome
  // A topic and brief in none of the scripts above say nothing about what to expect.
  if (home.size > 0 && foreign > CHECK_LIMITS.foreignLetterShareMax * all) {
    return `${foreign} of ${all} letters are in another script than the topic and the task`
  }
  return twoAlphabets(text) ? 'letters of two alphabets in one word' : undefined
}

/** Letters that only look like those beside them: `vаcuum` with a Cyrillic letter. */
function twoAlphabets(text: string): boolean {
  if (!/[\p{sc=Cyrl}\p{sc=Grek}]/u.test(text)) return false
  return foldedWords(text).some(({ start, end }) => {
    const word = text.slice(start, end)
    return /\p{sc=Latn}/u.test(word) && /[\p{sc=Cyrl}\p{sc=Grek}]/u.test(word)
  })
}

function oddWord(text: string): string | undefined {
  const { wordLettersMax } = CHECK_LIMITS
  let words = 0
  let withoutVowel = 0
  for (const { folded, start, end } of foldedWords(text)) {
    if (end - start > wordLettersMax && /[a-z]/.test(folded)) return `a word of ${end - start} letters`
    if (SAME_LETTER.test(folded)) return 'one letter many times in a row'
    // Short forms in capitals (`HTML`, `RPG`) are words as well.
    const isShortForm = /^[\p{Lu}\p{N}]+$/u.test(text.slice(start, end))
    if (!/^[a-z]{3,}$/.test(folded) || isShortForm) continue
    words += 1
    if (!/[aeiouy]/.test(folded)) withoutVowel += 1
    if (CONSONANTS.test(folded)) return `"${folded.slice(0, 30)}" is no word`
  }
  return withoutVowel >= 2 && withoutVowel * 3 > words ? `${withoutVowel} words without a vowel` : undefined
}

/** An English task answered in another language of the same script. */
function otherLanguage(text: string, { task }: CheckInput): string | undefined {
  if (!homeOf(task).isEnglish || countIn(text, ENGLISH) > 0) return undefined
  return countIn(text, ELSEWHERE) >= 2 ? 'reads as another language than the task' : undefined
}

interface Home {
  readonly scripts: ReadonlySet<string>
  readonly isEnglish: boolean
}

/** What a task's brief is written in; worked out once, as tasks never change. */
const homes = new WeakMap<TaskDefinition, Home>()

function homeOf(task: TaskDefinition): Home {
  const known = homes.get(task)
  if (known !== undefined) return known
  const home = { scripts: scriptsOf(task.brief), isEnglish: countIn(task.brief, ENGLISH) >= 3 }
  homes.set(task, home)
  return home
}

function scriptsOf(text: string): Set<string> {
  const found = new Set<string>()
  for (const [name, letters] of SCRIPTS) if (text.search(letters) >= 0) found.add(name)
  return found
}

function countIn(text: string, words: ReadonlySet<string>): number {
  return foldedWords(text).filter((word) => words.has(word.folded)).length
}

function wordSet(words: string): Set<string> {
  return new Set(words.split(/\s+/))
}
