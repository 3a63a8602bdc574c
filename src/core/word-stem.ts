import { keptByWord } from './kept-by-word.ts'
import { singularForms } from './word-forms.ts'

/** Short words that the endings below would spoil. */
const KEPT = new Set(['is', 'was', 'has', 'does', 'this', 'us', 'its', 'yes', 'lens', 'gas', 'less', 'news'])

/**
 * A key under which singular and plural of a noun meet: `battery` and `batteries`, `knife` and `knives`,
 * `glove` and `gloves`. Not a word to show: final e is dropped, y becomes i, f becomes v.
 */
export const wordStem = keptByWord((word: string): string => {
  if (KEPT.has(word)) return word
  if (word === 'lenses') return 'lens'
  const irregular = singularForms(word)[0] ?? word
  let stem = /(?:ies|ves|es|s)$/.test(word) ? word : irregular
  if (stem.length < 4 && !stem.endsWith('y')) return stem
  if (stem.endsWith('s') && !/(?:ss|us|is)$/.test(stem)) stem = stem.slice(0, -1)
  if (stem.length < 4) return stem
  stem = stem.replace(/e$/, '')
  return stem.replace(/y$/, 'i').replace(/f$/, 'v')
})
