import type { Prompt, Rendering } from '../../core/prompts/prompt.ts'
import { type Random, randomStream } from '../../core/random.ts'
import type { Writer, WriterRequest } from '../../ports/writer.ts'
import { ARTICLE_ASPECTS } from './grammar-articles.ts'
import type { Aspect } from './grammar-aspect.ts'
import { SHOPPING_ASPECTS } from './grammar-shopping.ts'
import { topicInSentence } from './grammar-topic.ts'

/** Tasks ask for 15 words at most, headlines for 12. */
const QUESTION_WORDS_MAX = 15
const STATEMENT_WORDS_MAX = 12

/** How often it follows what the rates say: a weak model follows them mostly, not always. */
const FOLLOWS_RATES = 0.8

/** Texts tried for one that is not among those shown or already given, before a repeat is let through. */
const ATTEMPTS_MAX = 50

/**
 * A writer that is no language model: it fills sentences about one aspect of the topic (price, history, ...)
 * from a word list. For tests and for machines without weights. It takes part in the loop as a weak model would:
 * where the prompt shows rates it mostly stays with the aspect of the best item, asked to explore it takes an
 * aspect that is not shown, else any. It reads what the prompt was made from, not the prompt's words. Everything
 * it writes comes from the seed and the prompt. A word counts as a token.
 */
export function grammarWriter(options: { readonly rendering?: Rendering } = {}): Writer {
  const { rendering = 'completion' } = options
  return {
    name: 'grammar',
    rendering,
    isStandIn: true,
    async write(request, signal) {
      signal?.throwIfAborted()
      const { prompt, samples } = request
      if (prompt.rendering !== rendering) {
        throw new RangeError(`this grammar takes ${rendering} prompts, got a ${prompt.rendering} prompt`)
      }
      const texts = answers(request)
      const words = texts.reduce((sum, text) => sum + spacedWords(text), 0)
      return {
        texts: texts.map((text) => ({ text })),
        model: 'grammar',
        usage: {
          modelCalls: samples,
          inputTokens: samples * spacedWords(wordsOf(prompt)),
          outputTokens: words,
          costUsd: 0,
          seconds: 0,
        },
      }
    },
    close: async () => {},
  }
}

function answers({ prompt, samples, seed }: WriterRequest): string[] {
  const random = randomStream(seed, 'grammar', prompt.kind, prompt.source.topic)
  const isUsed = new Set(prompt.source.request.shown.map(({ text }) => text))
  const topic = topicInSentence(prompt.source.topic, isArticleTask(prompt))
  const next = () => newText(prompt, topic, isUsed, random)
  if (prompt.rendering === 'completion') return Array.from({ length: samples }, next)
  const { count } = prompt
  return Array.from({ length: samples }, () => JSON.stringify({ items: Array.from({ length: count }, next) }))
}

/** A text that is neither shown nor given before in this answer, as far as the word list goes. */
function newText(
  prompt: Prompt,
  topic: (wordsMax: number) => string,
  isUsed: Set<string>,
  random: Random,
): string {
  const aspect = aspectFor(prompt, random)
  let text = ''
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    text = textAbout(aspect, prompt, topic, random)
    if (!isUsed.has(text)) break
  }
  isUsed.add(text)
  return text
}

function textAbout(
  aspect: Aspect,
  prompt: Prompt,
  topic: (wordsMax: number) => string,
  random: Random,
): string {
  const isQuestion = prompt.source.ending === 'question'
  const wordsMax = isQuestion ? QUESTION_WORDS_MAX : STATEMENT_WORDS_MAX
  // Half of the texts by sentences with a detail: they are the fewer sentences but give the more texts.
  const withDetail = random.uniform() < 0.5
  const sentence = oneOf(sentencesOf(aspect, isQuestion, withDetail), random).replace(
    '{detail}',
    oneOf(aspect.details, random),
  )
  const room = wordsMax - spacedWords(sentence.replace('{topic}', ''))
  // As a function, so that `$&` in a topic stays what it is.
  return sentence.replace('{topic}', () => topic(room))
}

function aspectFor(prompt: Prompt, random: Random): Aspect {
  const aspects = isArticleTask(prompt) ? ARTICLE_ASPECTS : SHOPPING_ASPECTS
  const { shown, parents } = prompt.source.request
  if (prompt.kind === 'explore') {
    const counts = new Map(aspects.map((aspect) => [aspect, 0]))
    for (const { text } of shown) {
      const aspect = aspectOf(text, aspects)
      if (aspect !== undefined) counts.set(aspect, (counts.get(aspect) ?? 0) + 1)
    }
    const fewest = Math.min(...counts.values())
    return oneOf(
      aspects.filter((aspect) => counts.get(aspect) === fewest),
      random,
    )
  }
  if ((prompt.kind === 'exploit' || prompt.kind === 'history-rated') && random.uniform() < FOLLOWS_RATES) {
    const followed = prompt.kind === 'exploit' ? shown.find(({ itemId }) => itemId === parents[0]) : undefined
    const rated = shown.filter(({ ctr }) => ctr !== null)
    const highest = rated.reduce((best, item) => ((item.ctr ?? 0) > (best.ctr ?? 0) ? item : best), rated[0]!)
    const aspect = aspectOf((followed ?? highest)?.text ?? '', aspects)
    if (aspect !== undefined) return aspect
  }
  return oneOf(aspects, random)
}

/** The aspect of a text: by its own sentences, else the one with most cues; undefined without any. */
function aspectOf(text: string, aspects: readonly Aspect[]): Aspect | undefined {
  const lower = text.toLowerCase()
  const own = aspects.find((aspect) => isOwn(text, aspect))
  if (own !== undefined) return own
  const words = new Set(lower.match(/[\p{L}\p{N}]+/gu) ?? [])
  const counted = aspects.map((aspect) => ({
    aspect,
    cues: aspect.cues.filter((cue) => words.has(cue)).length,
  }))
  const best = counted.reduce((most, other) => (other.cues > most.cues ? other : most))
  return best.cues === 0 ? undefined : best.aspect
}

/** Whether a text is one of an aspect's sentences, whatever topic and detail stand in it. */
function isOwn(text: string, aspect: Aspect): boolean {
  return frameOf(aspect).ends.some(
    ({ start, end, hasDetail }) =>
      text.startsWith(start) &&
      text.endsWith(end) &&
      (!hasDetail || aspect.details.some((detail) => text.includes(detail))),
  )
}

/** What is read of an aspect's sentences again and again. */
interface Frame {
  /** Of all sentences, before and after what stands in them. */
  readonly ends: readonly { readonly start: string; readonly end: string; readonly hasDetail: boolean }[]
  readonly questions: SentencesByDetail
  readonly statements: SentencesByDetail
}

interface SentencesByDetail {
  readonly withDetail: readonly string[]
  readonly without: readonly string[]
}

const frames = new WeakMap<Aspect, Frame>()

function frameOf(aspect: Aspect): Frame {
  const known = frames.get(aspect)
  if (known !== undefined) return known
  const { questions, statements } = aspect
  const made = {
    ends: [...questions, ...statements].map((sentence) => {
      const [start = '', ...rest] = sentence.split(/\{topic\}|\{detail\}/u)
      return { start, end: rest.at(-1) ?? '', hasDetail: sentence.includes('{detail}') }
    }),
    questions: byDetail(questions),
    statements: byDetail(statements),
  }
  frames.set(aspect, made)
  return made
}

function byDetail(sentences: readonly string[]): SentencesByDetail {
  return {
    withDetail: sentences.filter((sentence) => sentence.includes('{detail}')),
    without: sentences.filter((sentence) => !sentence.includes('{detail}')),
  }
}

function sentencesOf(aspect: Aspect, areQuestions: boolean, haveDetail: boolean): readonly string[] {
  const frame = frameOf(aspect)
  const sentences = areQuestions ? frame.questions : frame.statements
  return haveDetail ? sentences.withDetail : sentences.without
}

/** Topics of tasks about an article are read about; all others are taken as things people buy. */
function isArticleTask(prompt: Prompt): boolean {
  return /article|headline|follow/u.test(prompt.source.task)
}

function oneOf<T>(items: readonly T[], random: Random): T {
  return items[random.integer(items.length)] as T
}

function wordsOf(prompt: Prompt): string {
  return prompt.rendering === 'chat' ? `${prompt.system} ${prompt.user}` : prompt.prefix + prompt.tail
}

function spacedWords(text: string): number {
  let words = 0
  let isInWord = false
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    // Most are ASCII letters.
    const isSpace = (unit <= 32 || unit >= 128) && SPACES.has(unit)
    if (!isSpace && !isInWord) words++
    isInWord = !isSpace
  }
  return words
}

/** UTF-16 units that part words; a regular expression over each prompt took longer than writing the texts. */
const SPACES: ReadonlySet<number> = new Set(
  Array.from({ length: 0x10000 }, (_, unit) => unit).filter((unit) => /\s/u.test(String.fromCharCode(unit))),
)
