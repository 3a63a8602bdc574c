// Measures the near-duplicate check on data/checks/paraphrases.json and rewrites the figures in docs/checks.md.
// Run: npx tsx src/lab/calibration/near-duplicates.ts (needs the model minilm; some seconds)
import { readFileSync, writeFileSync } from 'node:fs'
import { CHECK_LIMITS } from '../../core/checks/check-limits.ts'
import { comparableText, withTopicAs } from '../../core/checks/comparable-text.ts'
import { areContrary, differInOnePlace } from '../../core/checks/contrast.ts'
import { questionMeaning } from '../../core/checks/question-meaning.ts'
import type { Encoder } from '../../ports/encoder.ts'
import { requiredMinilm } from '../../testing/installed-models.ts'

const LABELLED = new URL('../../../data/checks/paraphrases.json', import.meta.url)
const PAGE = new URL('../../../docs/checks.md', import.meta.url)
const BEGIN = '<!-- figures: src/lab/calibration/near-duplicates.ts -->'
const END = '<!-- end of figures -->'
const THRESHOLDS = [0.6, 0.65, 0.7, 0.75, 0.8, 0.85]

interface LabelledTopic {
  readonly topic: string
  readonly heldOut: boolean
  readonly meanings: readonly (readonly string[])[]
}

interface Pair {
  readonly heldOut: boolean
  readonly isSame: boolean
  /** Cosine of the two texts' vectors. */
  readonly similarity: number
  readonly sameMeaning: boolean
  readonly isContrary: boolean
  readonly isOnePlace: boolean
}

type Form = (text: string, topic: string) => string

/** Every pair of texts about one topic. */
async function labelledPairs(
  topics: readonly LabelledTopic[],
  form: Form,
  encoder: Encoder,
): Promise<Pair[]> {
  const pairs: Pair[] = []
  for (const { topic, heldOut, meanings } of topics) {
    const texts = meanings.flatMap((variants, label) => variants.map((text) => ({ text, label })))
    const vectors = await encoder.embed(texts.map(({ text }) => form(text, topic)))
    const concepts = texts.map(({ text }) => questionMeaning(text, topic))
    for (let one = 0; one < texts.length; one++) {
      for (let other = 0; other < one; other++) {
        const [first, second] = [concepts[one] as string[], concepts[other] as string[]]
        pairs.push({
          heldOut,
          isSame: texts[one]?.label === texts[other]?.label,
          similarity: cosine(vectors[one] as Float32Array, vectors[other] as Float32Array),
          sameMeaning: first.length > 0 && first.join(' ') === second.join(' '),
          isContrary: areContrary(first, second),
          isOnePlace: differInOnePlace(first, second),
        })
      }
    }
  }
  return pairs
}

/** The rule of the check, with another threshold. */
function isRefused(pair: Pair, threshold: number): boolean {
  if (pair.sameMeaning) return true
  const least = threshold + (pair.isOnePlace ? CHECK_LIMITS.onePlaceExtraSimilarity : 0)
  return !pair.isContrary && pair.similarity >= least
}

function row(name: string, pairs: readonly Pair[], refuses: (pair: Pair) => boolean): string {
  const same = pairs.filter((pair) => pair.isSame)
  const differing = pairs.filter((pair) => !pair.isSame)
  const caught = same.filter(refuses).length
  const mistaken = differing.filter(refuses).length
  const precision = caught + mistaken === 0 ? '-' : (caught / (caught + mistaken)).toFixed(3)
  return `| ${name} | ${caught} of ${same.length} | ${mistaken} of ${differing.length} | ${precision} | ${(caught / same.length).toFixed(3)} |`
}

/** Chance that a pair of the same meaning is closer than a pair of two meanings. */
function order(pairs: readonly Pair[]): number {
  const same = pairs.filter((pair) => pair.isSame)
  const differing = pairs.filter((pair) => !pair.isSame)
  let closer = 0
  for (const one of same) for (const other of differing) if (one.similarity > other.similarity) closer++
  return closer / (same.length * differing.length)
}

function cosine(one: Float32Array, other: Float32Array): number {
  let sum = 0
  for (let index = 0; index < one.length; index++) sum += (one[index] as number) * (other[index] as number)
  return sum
}

const { topics } = JSON.parse(readFileSync(LABELLED, 'utf8')) as { topics: LabelledTopic[] }
const encoder = await requiredMinilm()
const forms: [string, Form][] = [
  ['the text itself', (text) => text],
  ['`the product` for the topic', (text, topic) => comparableText(text, topic)],
  ['`the thing`', (text, topic) => withTopicAs(text, topic, 'the thing')],
  ['`it`', (text, topic) => withTopicAs(text, topic, 'it')],
  ['left out', (text, topic) => withTopicAs(text, topic, '')],
]
const lines = ['| form given to the encoder | closer when the same |', '| --- | --- |']
for (const [name, form] of forms) {
  const pairs = (await labelledPairs(topics, form, encoder)).filter((pair) => !pair.heldOut)
  lines.push(`| ${name} | ${order(pairs).toFixed(4)} |`)
}
const pairs = await labelledPairs(topics, comparableText, encoder)
const limit = CHECK_LIMITS.similarityMin[encoder.name] as number
for (const heldOut of [false, true]) {
  const part = pairs.filter((pair) => pair.heldOut === heldOut)
  lines.push('', heldOut ? 'Held-out topics:' : 'Topics that chose the rules and the limit:', '')
  lines.push(
    '| rule | same, refused | different, refused | precision | recall |',
    '| --- | --- | --- | --- | --- |',
  )
  lines.push(row('concepts only, no encoder', part, (pair) => pair.sameMeaning))
  lines.push(row(`cosine only, ${limit}`, part, (pair) => pair.similarity >= limit))
  for (const threshold of THRESHOLDS) {
    const name = `the check, ${threshold}${threshold === limit ? ' (in use)' : ''}`
    lines.push(row(name, part, (pair) => isRefused(pair, threshold)))
  }
}
await encoder.close()

const page = readFileSync(PAGE, 'utf8')
const [before, rest] = page.split(BEGIN)
const after = rest?.split(END)[1]
if (before === undefined || after === undefined) throw new Error(`docs/checks.md has no ${BEGIN}`)
writeFileSync(PAGE, `${before}${BEGIN}\n${lines.join('\n')}\n${END}${after}`)
