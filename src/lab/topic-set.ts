import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { ForageError, InputError } from '../core/errors.ts'
import { nearestName } from '../core/nearest-name.ts'
import type { TaskDefinition } from '../core/task.ts'
import { checkedTopic, readArticle } from './article-file.ts'
import { type LoadedAudience, loadAudience } from './audience-file.ts'
import { givenFile, mistakeIn, placeIn, type ReadFile } from './given-file.ts'
import { parsedJson } from './json-text.ts'
import { loadTask } from './task-file.ts'
import { type TopicSetFile, topicSetSchema } from './topic-set-schema.ts'

/** Built-in topic sets, in the order of help texts. */
export const TOPIC_SET_NAMES = ['shopping', 'general-knowledge'] as const

export interface LoadedTopicSet {
  readonly key: string
  /** For people. */
  readonly name: string
  /** What the topics have in common; the key where the file does not say. */
  readonly domain: string
  readonly task: TaskDefinition
  readonly isBuiltInTask: boolean
  /** At least one, each once, in the order of the file. */
  readonly audiences: readonly LoadedAudience[]
  /** At least one, each once, in the order of the file. */
  readonly topics: readonly SetTopic[]
}

export interface SetTopic {
  /** As `checkedTopic` gives it. */
  readonly topic: string
  /** Text of the article; present exactly when the task needs one. */
  readonly article?: string
}

export interface LoadTopicSetOptions {
  /** Reads the files of a user's set; rejects as `fs.readFile` does. */
  readonly read?: ReadFile
  /** How the setting is called where the person gave it. */
  readonly field?: string
}

/** Bytes; 10,000 topics with their paths fit. */
const FILE_BYTES_MAX = 10_000_000
/** UTF-16 units of all articles of a set together: they are all held in memory. */
const ARTICLES_LENGTH_MAX = 50_000_000

/**
 * The topics behind a name: a built-in set, or a user's JSON file (docs/data.md). A name is a file when it ends in
 * `.json` or holds a slash. Paths inside a file (articles, audiences, a task) start at that file's directory.
 *
 * @throws InputError naming file, field, value and what to do
 */
export async function loadTopicSet(
  nameOrFile: string,
  options: LoadTopicSetOptions = {},
): Promise<LoadedTopicSet> {
  const { read = readFile, field = '--topics' } = options
  const given = nameOrFile.trim()
  if (!isFile(given)) return builtInSet(checkedName(given, field))
  const bytes = await givenFile(given, field, read, FILE_BYTES_MAX)
  const set = await checkedSet(checkedFile(parsedJson(bytes, given), given), given, read)
  if (!(TOPIC_SET_NAMES as readonly string[]).includes(set.key)) return set
  // Results are filed by key, so that one key may not stand for two sets.
  if (isDeepStrictEqual(set, await builtInSet(set.key))) return set
  throw new InputError(placeIn(given, ['key']), set.key, 'a built-in set has this key; give your own')
}

function isFile(name: string): boolean {
  return /\.json$/i.test(name) || /[/\\]/.test(name)
}

function checkedName(name: string, field: string): string {
  const lower = name.toLowerCase()
  if ((TOPIC_SET_NAMES as readonly string[]).includes(lower)) return lower
  const near = nearestName(lower, TOPIC_SET_NAMES)
  const advice = `give one of ${TOPIC_SET_NAMES.join(', ')}, or a JSON file (its name ends in .json)`
  throw new InputError(field, name, near === undefined ? advice : `did you mean ${near}? ${advice}`)
}

async function builtInSet(key: string): Promise<LoadedTopicSet> {
  const path = fileURLToPath(new URL(`../../data/topics/${key}.json`, import.meta.url))
  try {
    return await checkedSet(checkedFile(parsedJson(await readFile(path), path), path), path, readFile)
  } catch (cause) {
    throw new ForageError('installation-broken', `the built-in topics ${key} cannot be read: ${path}`, {
      cause,
    })
  }
}

function checkedFile(value: unknown, file: string): TopicSetFile {
  const parsed = topicSetSchema.safeParse(value)
  if (!parsed.success) throw mistakeIn(file, value, parsed.error)
  return parsed.data
}

/** What names stand for is read; small files first, so that a mistake shows before many articles are read. */
async function checkedSet(content: TopicSetFile, file: string, read: ReadFile): Promise<LoadedTopicSet> {
  const { key, name, domain = key } = content
  const taskName = located(content.task, file)
  const { task, isBuiltIn } = await loadTask(taskName, { readFile: read, field: placeIn(file, ['task']) })
  const topics = checkedTopics(content, task, file)
  const audiences = await audiencesOf(content.audiences, file, read)
  return {
    key,
    name,
    domain,
    task,
    isBuiltInTask: isBuiltIn,
    audiences,
    topics: await withArticles(topics, file, read),
  }
}

interface TopicEntry {
  readonly topic: string
  readonly article?: string | undefined
}

function checkedTopics(content: TopicSetFile, task: TaskDefinition, file: string): TopicEntry[] {
  const seen = new Map<string, number>()
  return content.topics.map(({ topic: given, article }, index) => {
    const place = (name: string) => placeIn(file, ['topics', index, name])
    const topic = checkedTopic(given, place('topic'))
    const compared = topic
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[\s-]+/g, ' ')
    const same = seen.get(compared)
    if (same !== undefined) {
      throw new InputError(place('topic'), given, `topics[${same}] is this topic already; remove one of them`)
    }
    seen.set(compared, index)
    if (task.needsArticle && article === undefined) {
      const advice = `the task ${task.key} is about an article; give the path of a text file, such as "articles/mine.txt"`
      throw new InputError(place('article'), undefined, advice)
    }
    if (!task.needsArticle && article !== undefined) {
      throw new InputError(place('article'), article, `the task ${task.key} takes no article; remove it`)
    }
    return { topic, article }
  })
}

async function audiencesOf(
  specs: readonly string[],
  file: string,
  read: ReadFile,
): Promise<LoadedAudience[]> {
  const audiences: LoadedAudience[] = []
  for (const [index, spec] of specs.entries()) {
    const field = placeIn(file, ['audiences', index])
    const audience = await loadAudience(located(spec, file), { read, field })
    const same = audiences.findIndex(({ name }) => name === audience.name)
    if (same >= 0) {
      const advice = `audiences[${same}] has the name ${audience.name} already; remove one or rename its file`
      throw new InputError(field, spec, advice)
    }
    audiences.push(audience)
  }
  return audiences
}

async function withArticles(
  topics: readonly TopicEntry[],
  file: string,
  read: ReadFile,
): Promise<SetTopic[]> {
  const complete: SetTopic[] = []
  let length = 0
  for (const [index, { topic, article: path }] of topics.entries()) {
    if (path === undefined) {
      complete.push({ topic })
      continue
    }
    const field = placeIn(file, ['topics', index, 'article'])
    const article = await readArticle(besideFile(path, file), { readFile: read, field })
    length += article.length
    if (length > ARTICLES_LENGTH_MAX) {
      const advice = `the articles up to here have ${length} characters; give at most ${ARTICLES_LENGTH_MAX} in one set`
      throw new InputError(field, path, advice)
    }
    complete.push({ topic, article })
  }
  return complete
}

/** A name as it is, a file from the directory of the set. */
function located(given: string, file: string): string {
  const spec = given.trim()
  return isFile(spec) ? besideFile(spec, file) : spec
}

function besideFile(given: string, file: string): string {
  const path = given.trim()
  if (isAbsolute(path)) return path
  const joined = join(dirname(file), path)
  // A lone hyphen would be taken for standard input.
  return joined === '-' ? './-' : joined
}
