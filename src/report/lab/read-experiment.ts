import { existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { InputError } from '../../core/errors.ts'
import { CompleteRuns, plannedRuns } from '../../lab/experiments/figures.ts'
import { caseKey, type ExperimentPlan } from '../../lab/experiments/plan.ts'
import {
  type FailedLine,
  type FinishedLine,
  figuresOf,
  parseRunLine,
  type RunFigures,
  type RunLine,
} from '../../lab/experiments/run-line.ts'
import { type JudgedPool, judgedPools } from '../../lab/experiments/variance.ts'
import { givenFile, mistakeIn } from '../../lab/given-file.ts'
import { parsedJson } from '../../lab/json-text.ts'
import { textLines } from '../json-lines.ts'
import { type ExperimentRecord, experimentConfigSchema, FORMAT, planOf } from './experiment-record.ts'

/** Experiments whose figures the report knows. */
const EXPERIMENTS = ['table5', 'length', 'ablation', 'sensitivity', 'variance']
/** Files of tables that experiments write, in the order of the links. */
const TABLES = ['.md', '.csv', '.json']
const CONFIGURATION_BYTES_MAX = 100_000_000
const ADVICE = 'give a directory that forage lab wrote'

/**
 * Reads what `forage lab table5` or `forage lab length` left in a directory, also while it still runs or after it
 * was stopped. Changes nothing there. A last line that was left half written is passed over.
 *
 * @param outPath file of the report, from which links to the tables lead
 * @throws InputError naming the directory or file and line, when it is none of an experiment's, of another format,
 * or cannot be read
 */
export async function readExperiment(directory: string, outPath: string): Promise<ExperimentRecord> {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new InputError('directory', directory, `is not there or no directory; ${ADVICE}`)
  }
  const config = await readConfiguration(directory)
  const plan = await planOf(config)
  const notices: string[] = []
  const pools: JudgedPool[] = []
  const runs = new Map<string, RunFigures | FailedLine>()
  const path = join(directory, 'runs.jsonl')
  const planned = plannedNames(plan)
  for await (const { line, place } of runLines(path, notices)) {
    if (!planned(line)) {
      const named = `${line.domain}, ${line.topic}, ${line.audience}, ${line.strategy}, seed ${line.seed}`
      throw new InputError(place, named, `config.json beside it plans no such run; ${ADVICE}`)
    }
    const iterations = plan.settings.iterations + 1
    if (
      line.kind === 'finished' &&
      [line.poolCtrs, line.averageRelevances, line.clicked, line.interactions].some(
        ({ length }) => length !== iterations,
      )
    ) {
      throw new InputError(place, line.poolCtrs.length, `a run has ${iterations} pools here; ${ADVICE}`)
    }
    runs.set(caseKey(line), line.kind === 'finished' ? figuresOf(line) : line)
    if (plan.experiment === 'variance') pools.push(...judgedPools(line))
  }
  return {
    directory,
    plan,
    forageVersion: config.forage,
    writer: config.writer,
    writerIsStandIn: config.writer === 'grammar',
    scorer: config.scorer,
    encoder: config.encoder,
    matched: config.matched ?? [],
    runs,
    judgedPools: pools,
    examples: await examplesOf(plan, runs, path),
    notices,
    tables: tablesIn(directory, plan.experiment, outPath),
  }
}

async function readConfiguration(directory: string) {
  const path = join(directory, 'config.json')
  if (!existsSync(path)) throw new InputError('directory', directory, `holds no config.json; ${ADVICE}`)
  const value = parsedJson(await givenFile(path, 'directory', readFile, CONFIGURATION_BYTES_MAX), path)
  const { experiment, format } = (value ?? {}) as { experiment?: unknown; format?: unknown }
  if (typeof experiment !== 'string') {
    throw new InputError(
      'directory',
      directory,
      `holds no experiment (a single run has forage report); ${ADVICE}`,
    )
  }
  if (format !== FORMAT) {
    throw new InputError(`${path}: format`, format, `this version reads ${FORMAT}; run the experiment again`)
  }
  if (!EXPERIMENTS.includes(experiment)) {
    throw new InputError(`${path}: experiment`, experiment, `reports are of ${EXPERIMENTS.join(', ')}`)
  }
  const parsed = experimentConfigSchema.safeParse(value)
  if (!parsed.success) throw mistakeIn(path, value, parsed.error)
  return parsed.data
}

async function* runLines(path: string, notices: string[]): AsyncGenerator<{ line: RunLine; place: string }> {
  if (!existsSync(path)) {
    notices.push('runs.jsonl is not there: no run has ended.')
    return
  }
  for await (const { number, text, isWhole } of textLines(path)) {
    const place = `${path}, line ${number}`
    try {
      yield { line: parseRunLine(text), place }
    } catch (cause) {
      if (cause instanceof InputError) throw cause
      if (isWhole) {
        throw new InputError(place, text, `cannot be read (${(cause as Error).message}); ${ADVICE}`, {
          cause,
        })
      }
      notices.push(`The last line of runs.jsonl (line ${number}) is not whole and is left out.`)
    }
  }
}

/** Whether the plan holds a run. */
function plannedNames({ domains, strategies, seeds, variants = [] }: ExperimentPlan) {
  const byDomain = new Map(
    domains.map(({ key, topics, audiences }) => [
      key,
      {
        topics: new Set(topics.map(({ topic }) => topic)),
        audiences: new Set(audiences.map(({ name }) => name)),
      },
    ]),
  )
  const variantKeys = new Set(variants.map(({ key }) => key))
  return ({ domain, topic, audience, strategy, seed, variant }: RunLine): boolean => {
    const known = byDomain.get(domain)
    return (
      known?.topics.has(topic) === true &&
      known.audiences.has(audience) &&
      strategies.includes(strategy) &&
      seeds.includes(seed) &&
      (variant === undefined || variantKeys.has(variant))
    )
  }
}

/** Before each audience the first topic that every strategy finished, all strategies. */
async function examplesOf(
  plan: ExperimentPlan,
  runs: ReadonlyMap<string, RunFigures | FailedLine>,
  path: string,
): Promise<Map<string, FinishedLine>> {
  const complete = new CompleteRuns(plan, plannedRuns(runs))
  const wanted = new Set<string>()
  for (const { key: domain, audiences } of plan.domains) {
    for (const { name: audience } of audiences) {
      for (const strategy of plan.strategies) {
        const run = complete.topics(domain, audience, strategy)[0]?.runs[0]
        if (run !== undefined) wanted.add(caseKey(run))
      }
    }
  }
  const examples = new Map<string, FinishedLine>()
  // A second reading, so that the pools of thousands of runs are never in memory at once.
  for await (const { line } of runLines(path, [])) {
    if (line.kind === 'finished' && wanted.has(caseKey(line))) examples.set(caseKey(line), line)
  }
  return examples
}

function tablesIn(directory: string, experiment: string, outPath: string) {
  return [...TABLES.map((ending) => `${experiment}${ending}`), 'curves.csv']
    .filter((name) => existsSync(join(directory, name)))
    .map((name) => {
      const steps = relative(dirname(resolve(outPath)), resolve(directory, name)).split(sep)
      return { name, href: `./${steps.map(encodeURIComponent).join('/')}` }
    })
}
