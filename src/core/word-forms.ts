import { keptByWord } from './kept-by-word.ts'

const IRREGULAR_PLURALS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    children: 'child',
    people: 'person',
    mice: 'mouse',
    feet: 'foot',
    teeth: 'tooth',
    geese: 'goose',
    men: 'man',
    women: 'woman',
    antennae: 'antenna',
    criteria: 'criterion',
    phenomena: 'phenomenon',
    bacteria: 'bacterium',
    television: 'tv',
    televisions: 'tv',
    tvs: 'tv',
  }),
)

/** Plurals of these singulars that no rule gives. */
export function irregularPlurals(singulars: ReadonlySet<string>): string[] {
  return [...IRREGULAR_PLURALS].filter(([, singular]) => singulars.has(singular)).map(([plural]) => plural)
}

/** Words whose last s is no plural. */
const NO_PLURALS = new Set(['news', 'does', 'this', 'has', 'was', 'his', 'its', 'yes', 'always', 'less'])

/**
 * The word and whatever it may be the plural of, most likely first. Rules only, no dictionary: several
 * guesses are given, and two words count as the same noun when their guesses meet.
 *
 * @param word folded, see `foldedWords`: `knives` gives `knife`, `knif`, `knive`, `knives`
 */
export const singularForms = keptByWord((word: string): readonly string[] => {
  const irregular = IRREGULAR_PLURALS.get(word)
  if (irregular !== undefined) return [irregular, word]
  if (word.length > 5 && word.endsWith('men')) return [`${word.slice(0, -3)}man`, word]
  if (word.length < 4 || !word.endsWith('s') || word.endsWith('ss') || NO_PLURALS.has(word)) return [word]
  if (word.endsWith('us') || word.endsWith('is')) return [word]
  const withoutS = word.slice(0, -1)
  if (word.endsWith('ies') && word.length > 4) return [`${word.slice(0, -3)}y`, withoutS, word]
  if (word.endsWith('ves')) {
    const stem = word.slice(0, -3)
    return [`${stem}fe`, `${stem}f`, withoutS, word]
  }
  if (/(?:s|x|z|ch|sh|o)es$/.test(word)) return [word.slice(0, -2), withoutS, word]
  return [withoutS, word]
})

/** The verb a form in -ing or -ed may come from: `vacuuming` gives `vacuum`, `vacuume`. Empty for others. */
export const verbForms = keptByWord((word: string): readonly string[] => {
  const suffix = /(?:ing|ed)$/.exec(word)?.[0]
  if (suffix === undefined) return []
  const stem = word.slice(0, -suffix.length)
  if (stem.length < 4) return []
  const isDoubled = stem.at(-1) === stem.at(-2)
  return isDoubled ? [stem, `${stem}e`, stem.slice(0, -1)] : [stem, `${stem}e`]
})

/** Words of the same family that stand for a topic's word as well: `beekeeping` gives `beekeeper`. */
export function familyForms(word: string): string[] {
  const family: [suffix: string, others: readonly string[]][] = [
    ['ing', ['', 'e', 'er']],
    ['ism', ['', 'ist', 'ic']],
    ['ist', ['ism']],
    ['ical', ['ic', 'icity', 'ician']],
    ['ence', ['ent']],
    ['ance', ['ant']],
    ['icity', ['ic']],
  ]
  for (const [suffix, others] of family) {
    if (!word.endsWith(suffix)) continue
    const stem = word.slice(0, -suffix.length)
    return stem.length < 4 ? [] : others.map((other) => stem + other)
  }
  return []
}
