import { InputError } from '../core/errors.ts'
import { STRATEGIES } from '../core/strategies/index.ts'
import type { Check } from '../lab/human-checks/check.ts'
import { sheetCsv, sheetJson } from '../lab/human-checks/check-sheet.ts'
import { type DrawOptions, drawChecks } from '../lab/human-checks/draw-checks.ts'
import { experimentRuns } from '../lab/human-checks/experiment-runs.ts'
import { type FoundDirectory, findRunDirectories } from '../lab/human-checks/find-run-directories.ts'
import { type CheckedRun, checkedRun } from '../lab/human-checks/finished-run.ts'
import { keyText } from '../lab/human-checks/key-file.ts'
import { writeNewFiles } from '../lab/human-checks/write-files.ts'
import { readRunDirectory } from '../report/run-directory.ts'
import { counted } from './figures.ts'
import type { CliIo } from './io.ts'

/** What `forage lab pairs` was given, as texts. Absent: not given. */
export interface LabPairsFlags {
  readonly count?: string
  readonly comparisons?: string
  readonly differenceMin?: string
  readonly strategy?: string
  readonly seed?: string
  readonly out?: string
  readonly key?: string
}

const CHECKS_MAX = 10_000
const SEED_MAX = 2 ** 31 - 1

/**
 * `forage lab pairs DIR...`: draws what people are asked from finished runs, and writes a sheet for them and a key
 * that they do not get.
 *
 * @throws InputError naming the flag or file, its value and what to do
 */
export async function labPairsCommand(
  paths: readonly string[],
  flags: LabPairsFlags,
  io: CliIo,
): Promise<void> {
  const options = optionsOf(flags)
  const { out, key } = filesOf(flags)
  const notices: string[] = []
  const runs = await finishedRuns(findRunDirectories(paths), notices, io.signal)
  const checks = drawChecks(runs, options)
  notices.push(...shortfalls(checks, runs, options))
  if (checks.length === 0) {
    throw new InputError('directory', paths.join(' '), `nothing can be drawn from it. ${notices.join(' ')}`)
  }
  const sheet = /\.json$/i.test(out) ? sheetJson(checks) : sheetCsv(checks)
  writeNewFiles([
    { flag: '--key', path: key, text: keyText(checks, options.seed) },
    { flag: '--out', path: out, text: sheet },
  ])
  const pairs = countOf(checks, 'question-pair')
  const pools = countOf(checks, 'pool-comparison')
  for (const notice of notices) io.stderr.write(`${notice}\n`)
  io.stdout.write(
    `${out}: ${counted(pairs)} question pairs and ${counted(pools)} pool comparisons, for the annotators\n` +
      `${key}: scores and truth, for \`forage lab agreement\` only\n`,
  )
}

function optionsOf(flags: LabPairsFlags): DrawOptions {
  const pairs = numberOf('--count', flags.count ?? '188', 0, CHECKS_MAX, true)
  const comparisons = numberOf('--comparisons', flags.comparisons ?? '25', 0, CHECKS_MAX, true)
  if (pairs + comparisons === 0) {
    throw new InputError('--count', 0, 'with --comparisons 0 nothing is left to draw; give one above 0')
  }
  const strategy = flags.strategy ?? 'explore-exploit'
  if (!STRATEGIES.has(strategy)) {
    throw new InputError('--strategy', strategy, `give one of ${[...STRATEGIES.keys()].join(', ')}`)
  }
  return {
    pairs,
    comparisons,
    differenceMin: numberOf('--difference-min', flags.differenceMin ?? '1', 0, 9, false),
    strategy,
    seed: numberOf('--seed', flags.seed ?? '1', 0, SEED_MAX, true),
  }
}

function numberOf(flag: string, text: string, min: number, max: number, isWhole: boolean): number {
  const value = (isWhole ? /^\d+$/ : /^\d+(\.\d+)?$/).test(text.trim()) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new InputError(flag, text, `give a ${isWhole ? 'whole ' : ''}number from ${min} to ${max}`)
}

function filesOf(flags: LabPairsFlags): { out: string; key: string } {
  const out = flags.out ?? 'pairs.csv'
  if (out.includes('\0') || !/[^/\\]\.(csv|json)$/i.test(out)) {
    throw new InputError('--out', out, 'give a file that ends in .csv or .json, such as pairs.csv')
  }
  const key = flags.key ?? out.replace(/\.[^.]*$/, '.key.json')
  if (key.includes('\0') || !/[^/\\]\.json$/i.test(key) || key === out) {
    throw new InputError('--key', key, 'give a file that ends in .json, other than --out')
  }
  return { out, key }
}

async function finishedRuns(
  directories: readonly FoundDirectory[],
  notices: string[],
  signal: AbortSignal,
): Promise<CheckedRun[]> {
  const runs: CheckedRun[] = []
  for (const { path, kind } of directories) {
    signal.throwIfAborted()
    if (kind === 'experiment') {
      for (const run of await experimentRuns(path)) runs.push(run)
      continue
    }
    const { config, events } = await readRunDirectory(path)
    const run = checkedRun(events, config)
    if (run === undefined) notices.push(`${path}: the run has not finished and is left out.`)
    else runs.push(run)
  }
  return runs
}

/** What the person should know about a draw that is other than was asked for. */
function shortfalls(
  checks: readonly Check[],
  runs: readonly CheckedRun[],
  { pairs, comparisons, differenceMin, strategy }: DrawOptions,
): string[] {
  const notices: string[] = []
  const mixed = runs.filter(({ people }) => people.length > 1).length
  if (mixed > 0 && pairs > 0) {
    notices.push(
      `Of ${mixed} of the runs no question pairs are drawn: their audience has several personas, and relevance is kept as a mean.`,
    )
  }
  const drawnPairs = countOf(checks, 'question-pair')
  if (drawnPairs < pairs) {
    notices.push(
      `Question pairs: ${drawnPairs} of the ${pairs} asked for; there are no more whose relevance differs by ${differenceMin} or more. Give more runs, or a lower --difference-min.`,
    )
  }
  const drawnPools = countOf(checks, 'pool-comparison')
  if (drawnPools < comparisons) {
    notices.push(
      `Pool comparisons: ${drawnPools} of the ${comparisons} asked for; each run of ${strategy} whose last pool is another than its first gives one. Give more runs, or another --strategy.`,
    )
  }
  if (runs.some(({ writerIsStandIn }) => writerIsStandIn)) {
    notices.push('Some texts were written by a stand-in, not by a language model.')
  }
  return notices
}

function countOf(checks: readonly Check[], kind: Check['kind']): number {
  return checks.filter((check) => check.kind === kind).length
}
