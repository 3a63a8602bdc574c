import { readFile as readFromDisk } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { checkCandidate } from '../core/checks/check-candidate.ts'
import { ForageError, InputError } from '../core/errors.ts'
import { foldedText } from '../core/folded-words.ts'
import { nearestName } from '../core/nearest-name.ts'
import type { TaskDefinition, TaskShot } from '../core/task.ts'
import { givenFile, mistakeIn, placeIn, type ReadFile } from './given-file.ts'
import { parsedJson } from './json-text.ts'
import { taskSchema } from './task-schema.ts'

/** Built-in tasks, in the order of help texts. */
export const TASK_NAMES = ['shopping-question', 'article-question', 'headline', 'follow-up'] as const

export interface LoadedTask {
  readonly task: TaskDefinition
  /** False for a task from a user's file. */
  readonly isBuiltIn: boolean
}

export interface LoadTaskOptions {
  /** Reads a user's file; rejects as `fs.readFile` does. */
  readonly readFile?: ReadFile
  /** How the setting is called where the person gave it. */
  readonly field?: string
}

/** Bytes; fifty shots with all their items fit several times. */
const FILE_BYTES_MAX = 2_000_000

/**
 * The task behind `--task`: a built-in key, or a JSON file of the user's (docs/tasks.md). A name is a file when
 * it ends in `.json` or holds a slash.
 *
 * @throws InputError naming file, field, value and what to do
 */
export async function loadTask(nameOrFile: string, options: LoadTaskOptions = {}): Promise<LoadedTask> {
  const { readFile = readFromDisk, field = '--task' } = options
  const given = nameOrFile.trim()
  if (!/\.json$/i.test(given) && !/[/\\]/.test(given)) {
    return { task: await builtInTask(checkedName(given, field)), isBuiltIn: true }
  }
  const bytes = await givenFile(given, field, readFile, FILE_BYTES_MAX)
  const task = checkedTask(parsedJson(bytes, given), given)
  if (!(TASK_NAMES as readonly string[]).includes(task.key)) return { task, isBuiltIn: false }
  // Two tasks of one key would share prompt versions and recorded answers.
  if (isDeepStrictEqual(task, await builtInTask(task.key))) return { task, isBuiltIn: true }
  throw new InputError(placeIn(given, ['key']), task.key, 'a built-in task has this key; give your own')
}

/**
 * A task from a parsed JSON value.
 *
 * @param file how messages name where it came from
 * @throws InputError naming file, field, value and what to do
 */
export function checkedTask(value: unknown, file: string): TaskDefinition {
  const parsed = taskSchema.safeParse(value)
  if (!parsed.success) throw mistakeIn(file, value, parsed.error)
  const { $schema: _, shots, ...rest } = parsed.data
  const task: TaskDefinition = {
    ...rest,
    shots: shots.map(({ article, ...shot }) => (article === undefined ? shot : { ...shot, article })),
  }
  checkConstraints(task, file)
  for (const [index, shot] of task.shots.entries()) checkShot(task, shot, index, file)
  return task
}

function checkedName(name: string, field: string): string {
  const lower = name.toLowerCase()
  if ((TASK_NAMES as readonly string[]).includes(lower)) return lower
  const near = nearestName(lower, TASK_NAMES)
  const advice = `give one of ${TASK_NAMES.join(', ')}, or a JSON file (its name ends in .json)`
  throw new InputError(field, name, near === undefined ? advice : `did you mean ${near}? ${advice}`)
}

async function builtInTask(key: string): Promise<TaskDefinition> {
  const path = fileURLToPath(new URL(`../../data/tasks/${key}.json`, import.meta.url))
  try {
    return checkedTask(parsedJson(await readFromDisk(path), path), path)
  } catch (cause) {
    throw new ForageError('installation-broken', `the built-in task ${key} cannot be read: ${path}`, {
      cause,
    })
  }
}

function checkConstraints({ constraints }: TaskDefinition, file: string): void {
  const { wordsMin, wordsMax, bannedWords } = constraints
  if (wordsMin > wordsMax) {
    const advice = `wordsMax is ${wordsMax}; give at most that, or a larger wordsMax`
    throw new InputError(placeIn(file, ['constraints', 'wordsMin']), wordsMin, advice)
  }
  for (const [index, word] of bannedWords.entries()) {
    if (bannedWords.indexOf(word) < index) {
      const place = placeIn(file, ['constraints', 'bannedWords', index])
      throw new InputError(place, word, 'it is in the list already; remove it')
    }
  }
}

/** A model writes what it is shown, so a shot must keep every rule that its answers must keep. */
function checkShot(task: TaskDefinition, shot: TaskShot, index: number, file: string): void {
  const place = (...keys: PropertyKey[]) => placeIn(file, ['shots', index, ...keys])
  const same = task.shots.findIndex((other) => foldedText(other.topic) === foldedText(shot.topic))
  if (same < index) {
    throw new InputError(place('topic'), shot.topic, `shots[${same}] has this topic; give each its own`)
  }
  if (task.needsArticle && shot.article === undefined) {
    throw new InputError(place('article'), undefined, 'needsArticle is true; give each shot its article')
  }
  if (!task.needsArticle && shot.article !== undefined) {
    const advice = 'needsArticle is false; remove the article, or set needsArticle to true'
    throw new InputError(place('article'), shot.article, advice)
  }
  const { topic, article } = shot
  const context = { key: 'shot', task: task.key, topic, ...(article === undefined ? {} : { article }) }
  const earlier: { id: string; text: string }[] = []
  const checkItem = (text: string, keys: readonly PropertyKey[]) => {
    // Shots are no leak of themselves.
    const input = { task: { ...task, shots: [] }, context, earlier, vectorOf: () => undefined }
    const refusal = checkCandidate({ text }, input)
    if (refusal === null) return
    const advice = `an answer like this would be refused (${refusal.reason}: ${refusal.detail}); change it`
    throw new InputError(place(...keys), text, advice)
  }
  for (const [item, text] of shot.items.entries()) {
    checkItem(text, ['items', item])
    earlier.push({ id: `items[${item}]`, text })
  }
  for (const [item, text] of shot.alike.entries()) checkItem(text, ['alike', item])
}
