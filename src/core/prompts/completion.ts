import type { Context } from '../context.ts'
import type { ShownItem, WriteRequest } from '../strategies/strategy.ts'
import type { TaskDefinition, TaskShot } from '../task.ts'
import { type CompletionPrompt, notesVersion } from './prompt.ts'
import { chosenShots } from './shots.ts'

/** Raised whenever the words or the order below change: recorded answers of another version do not fit. */
const VERSION = 1
/** The same for tasks with articles. */
const ARTICLE_VERSION = 2

/** Items of a history that a completion prompt shows at most; a longer log drowns a small model. */
const LOG_LINES_MAX = 12

/** Made-up rates of a few-shot log, lowest first; the last two lines are around one subject. */
const SHOT_RATES = [1, 2, 4, 9, 12]

/**
 * A prompt for base and very small models: the same kind of list for other categories, then the context's,
 * left open for the next line.
 * - seed, history, explore: a list of items; the next line is another one. What is already there comes first,
 *   so that the model goes on instead of repeating.
 * - history-rated: a log with rates from low to high; the next line starts with a higher rate than the last.
 * - exploit: the log, then the item to follow as a popular one, then `another on the same subject`.
 *
 * @param rotation turns the few-shot categories
 */
export function completionPrompt(
  request: WriteRequest,
  task: TaskDefinition,
  context: Context,
  rotation: number,
): CompletionPrompt {
  const shots = chosenShots(task, context, rotation)
  const parts = PARTS[request.prompt]
  const prefix = shots.map((shot) => `${parts.shot(shot, task)}\n`).join('')
  return {
    rendering: 'completion',
    kind: request.prompt,
    version: `${request.prompt}@completion-${task.needsArticle ? ARTICLE_VERSION : VERSION}+${task.key}-${task.version}${notesVersion(context)}`,
    prefix: `${prefix}${notesLine(context)}${parts.opening(task, context)}`,
    tail: parts.tail(request, task, context),
    source: { topic: context.topic, task: task.key, ending: task.constraints.ending, request },
  }
}

interface Parts {
  readonly shot: (shot: TaskShot, task: TaskDefinition) => string
  readonly opening: (task: TaskDefinition, context: Context) => string
  readonly tail: (request: WriteRequest, task: TaskDefinition, context: Context) => string
}

const LIST: Parts = {
  shot: (shot, task) => `${article(task, shot)}${heading(task, 'list', shot.topic)}\n${bullets(shot.items)}`,
  opening: (task, context) => `${article(task, context)}${heading(task, 'list', context.topic)}\n`,
  tail: ({ shown }) => `${bullets(ending(shown).map(({ text }) => text))}-`,
}

const RATED: Parts = {
  shot: (shot, task) =>
    `${article(task, shot)}${heading(task, 'ratedList', shot.topic)}\n${ratedLines(shotLog(shot))}`,
  opening: (task, context) => `${article(task, context)}${heading(task, 'ratedList', context.topic)}\n`,
  tail: ({ shown }) => {
    const log = ending(shown)
    return `${ratedLines(log.map(({ text, ctr }) => [percent(ctr), text]))}${percent(log.at(-1)?.ctr ?? 0) + 2}%`
  },
}

const EXPLOIT: Parts = {
  shot: (shot, task) =>
    `${article(task, shot)}${heading(task, 'popular', shot.topic)} ${shot.alike[0]}\n${task.completion.alike} ${shot.alike[1]}\n`,
  opening: (task, context) => article(task, context),
  tail: (request, task, context) => {
    const followed = request.shown.find(({ itemId }) => itemId === request.parents[0]) ?? request.shown.at(-1)
    return `${heading(task, 'popular', context.topic)} ${oneLine(followed?.text ?? '')}\n${task.completion.alike}`
  },
}

const PARTS: Readonly<Record<WriteRequest['prompt'], Parts>> = {
  seed: LIST,
  history: LIST,
  explore: LIST,
  'history-rated': RATED,
  exploit: EXPLOIT,
}

function article(task: TaskDefinition, about: { readonly topic: string; readonly article?: string }): string {
  if (about.article === undefined) return ''
  return `${heading(task, 'article', about.topic)}\n${shortened(about.article)}\n`
}

/** A model that goes on with a text does what stands last: more notes than this only push the examples away. */
const NOTES_WORDS_MAX = 60

/** One line between the examples and the context's own list, as the open line must come last. */
function notesLine({ notes }: Context): string {
  return notes === undefined ? '' : `Notes of the editors: ${firstWords(oneLine(notes), NOTES_WORDS_MAX)}\n`
}

/** A small model reads about this much before it loses the thread. */
const ARTICLE_WORDS_MAX = 250

/** The last articles shortened: the same five stand in prompt after prompt. */
const kept = new Map<string, string>()
const KEPT_MAX = 64

function shortened(article: string): string {
  const known = kept.get(article)
  if (known !== undefined) return known
  const made = firstWords(article, ARTICLE_WORDS_MAX)
  if (kept.size >= KEPT_MAX) kept.delete(kept.keys().next().value as string)
  kept.set(article, made)
  return made
}

function firstWords(text: string, most: number): string {
  const words = text.split(/\s+/u).filter((word) => word !== '')
  return words.length <= most ? words.join(' ') : `${words.slice(0, most).join(' ')} ...`
}

/** Product categories stand in lower case inside the sentence; what an article is about is mostly a name. */
function heading(task: TaskDefinition, line: keyof TaskDefinition['completion'], topic: string): string {
  const named = oneLine(topic)
  return task.completion[line].replaceAll('{topic}', () => (task.needsArticle ? named : inSentence(named)))
}

/** Lines are what a completion model goes by: data from outside must not make one. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
}

/** `Rice Cookers` to `rice cookers`; `DVI` and `TV Antennas` keep their capitals, as do names with digits. */
export function inSentence(topic: string): string {
  return topic
    .split(' ')
    .map((word) => (/^\p{Lu}[\p{Ll}'’-]+[^\p{L}]*$/u.test(word) ? word.toLowerCase() : word))
    .join(' ')
}

function bullets(texts: readonly string[]): string {
  return texts.map((text) => `- ${oneLine(text)}\n`).join('')
}

function ratedLines(lines: readonly (readonly [number, string])[]): string {
  return lines.map(([rate, text]) => `${rate}% ${oneLine(text)}\n`).join('')
}

function shotLog(shot: TaskShot): [number, string][] {
  const texts = [...shot.items.slice(0, SHOT_RATES.length - 2), shot.alike[0], shot.alike[1]]
  return texts.map((text, index) => [SHOT_RATES[index] as number, text])
}

/** The latest of a history, the highest of a sorted log: what stands at its end. */
function ending(shown: readonly ShownItem[]): readonly ShownItem[] {
  return shown.slice(-LOG_LINES_MAX)
}

function percent(ctr: number | null): number {
  return Math.round((ctr ?? 0) * 100)
}
