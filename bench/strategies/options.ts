import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { InputError } from '../../src/core/errors.ts'
import { nearestName } from '../../src/core/nearest-name.ts'
import { checkedSettings, DEFAULT_SETTINGS } from '../../src/core/settings.ts'
import { STRATEGIES } from '../../src/core/strategies/index.ts'
import { checkedTopic } from '../../src/lab/article-file.ts'
import { loadAudience } from '../../src/lab/audience-file.ts'
import { cacheDirectory } from '../../src/models/cache-directory.ts'
import type { RunGroup, StudyOptions } from './study.ts'

export interface StudyCommand {
  readonly options: StudyOptions
  readonly groups: readonly RunGroup[]
  readonly workers: number
  /** Shown on the terminal and not kept. */
  readonly isTrial: boolean
  /** As a reader can type it; without what differs from machine to machine. */
  readonly command: string
}

const WORKERS_MAX = 64

/**
 * @param flags such as `--topics 'Rice Cookers,Telescopes' --seeds 1,2`
 * @param forageHome FORAGE_HOME: answers are kept there unless `--answers` says otherwise
 * @throws InputError naming flag, value and what to give
 */
export async function studyCommand(flags: readonly string[], forageHome?: string): Promise<StudyCommand> {
  const values = parsedFlags(flags)
  const topics = list(values.topics).map((topic) => checkedTopic(topic, '--topics'))
  const audiences = list(values.audiences)
  for (const audience of audiences) await loadAudience(audience, { field: '--audiences' })
  const strategies = list(values.strategies)
  for (const strategy of strategies) checkStrategy(strategy)
  const names = { iterations: '--iterations', candidatesPerBirth: '--candidates' } as const
  const { iterations, candidatesPerBirth } = checkedSettings(
    { iterations: Number(values.iterations), candidatesPerBirth: Number(values.candidates) },
    (setting) => names[setting as keyof typeof names] ?? setting,
  )
  const options: StudyOptions = {
    topics,
    audiences,
    seeds: list(values.seeds).map((seed) => wholeNumber('--seeds', seed, 0, 2 ** 31 - 1)),
    strategies,
    iterations,
    candidatesPerBirth,
    writer: values.writer,
    scorer: values.scorer,
  }
  for (const field of ['topics', 'audiences', 'seeds', 'strategies'] as const) {
    const given: readonly (string | number)[] = options[field]
    if (given.length === 0 || new Set<string | number>(given).size < given.length) {
      throw new InputError(`--${field}`, given.join(','), 'give at least one, and none twice')
    }
  }
  const answersDirectory = resolve(values.answers ?? join(cacheDirectory(forageHome), 'strategies-answers'))
  return {
    options,
    groups: groupsOf(options, answersDirectory),
    workers: wholeNumber('--workers', values.workers, 1, WORKERS_MAX),
    isTrial: values.trial,
    command: commandText(flags),
  }
}

function parsedFlags(flags: readonly string[]) {
  const text = (value: string) => ({ type: 'string', default: value }) as const
  try {
    return parseArgs({
      args: [...flags],
      options: {
        topics: text('Rice Cookers,Telescopes,Garden Hoses'),
        audiences: text('price,quality,ethics'),
        seeds: text('1,2'),
        strategies: text([...STRATEGIES.keys()].join(',')),
        iterations: text(String(DEFAULT_SETTINGS.iterations)),
        candidates: text(String(DEFAULT_SETTINGS.candidatesPerBirth)),
        writer: text('local'),
        scorer: text('embedding'),
        workers: text('1'),
        answers: { type: 'string' },
        trial: { type: 'boolean', default: false },
      },
    }).values
  } catch (cause) {
    throw new InputError('flags of strategies', flags.join(' '), (cause as Error).message, { cause })
  }
}

/** One file of answers for each writer, scorer, topic and seed: two processes cannot write to one. */
function groupsOf({ topics, seeds, writer, scorer }: StudyOptions, directory: string): RunGroup[] {
  return seeds.flatMap((seed) =>
    topics.map((topic) => ({
      topic,
      seed,
      answersPath: join(directory, `${fileWord(`${writer}+${scorer}`)}`, `${fileWord(topic)}-${seed}.jsonl`),
    })),
  )
}

function fileWord(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}.+]+/gu, '-')
    .replace(/^-|-$/g, '')
}

function checkStrategy(strategy: string): void {
  if (STRATEGIES.has(strategy)) return
  const near = nearestName(strategy, [...STRATEGIES.keys()])
  throw new InputError(
    '--strategies',
    strategy,
    `${near === undefined ? '' : `did you mean ${near}? `}give some of ${[...STRATEGIES.keys()].join(', ')}`,
  )
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
}

function wholeNumber(flag: string, text: string, smallest: number, largest: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= smallest && value <= largest) return value
  throw new InputError(flag, text, `give a whole number from ${smallest} to ${largest}`)
}

function commandText(flags: readonly string[]): string {
  const shown: string[] = []
  for (let index = 0; index < flags.length; index++) {
    const flag = flags[index] as string
    if (flag === '--answers') index++
    else if (!flag.startsWith('--answers=')) shown.push(/^[\w.,:+=/-]+$/.test(flag) ? flag : `'${flag}'`)
  }
  return ['npm run bench -- strategies', ...shown].join(' ')
}
