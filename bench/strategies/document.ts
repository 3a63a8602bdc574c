import type { BenchRecord } from '../harness/records.ts'
import type { Estimate, StudyFigures } from './figures.ts'
import type { FailedRun, PoolText, RunResult, StudyOptions } from './study.ts'

/** The study as `results/strategies.json` keeps it, beside what every bench keeps. */
export interface Study {
  readonly command: string
  readonly options: StudyOptions
  readonly workers: number
  readonly figures: StudyFigures
  readonly runs: readonly RunResult[]
  readonly failed: readonly FailedRun[]
}

/** The page that says how the strategies did. Everything in it comes from the study. */
export function studyDocument(
  study: Study,
  { date, machine }: Pick<BenchRecord, 'date' | 'machine'>,
): string {
  const { options, figures, runs, failed, workers } = study
  const [run] = runs as [RunResult]
  const cases = figures.ranking[0]?.runs ?? 0
  const standIn = run.writerIsStandIn
    ? '\n**The writer is a stand-in and no language model: these figures say nothing about real ones.**\n'
    : ''
  const lines = [
    '# Strategies on a real model',
    '',
    `Written by \`${study.command}\`; not edited by hand. ${date.slice(0, 10)}, ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${workers} ${workers === 1 ? 'worker' : 'workers'}.`,
    standIn,
    `Writer \`${run.writer}\`, scorer \`${run.scorer}\`, task \`shopping-question\`; topics ${options.topics.join(', ')}; audiences ${options.audiences.join(', ')}; seeds ${options.seeds.join(', ')}; ${options.iterations} iterations, ${options.candidatesPerBirth} candidates a birth, else the default settings (the paper's). Each strategy met the same ${cases} cases (topic, audience, seed), and in each the same first pool and the same visitors' random numbers.`,
    ...(figures.unpaired > 0
      ? ['', `${figures.unpaired} runs are left out: not every strategy finished their case.`]
      : []),
    ...failed.map(
      ({ strategy, topic, audience, seed, reason }) =>
        `\nNot finished: ${strategy}, ${topic}, ${audience}, seed ${seed}: ${reason}`,
    ),
    '',
    '## Ranking',
    '',
    'By the mean CTR of the last pool, in %. In brackets the 95 % interval of the mean over runs (Student’s t). “Avg.” is the mean over iterations, the first pool included. Relevance, 1 to 10, is that of the first and of the last pool.',
    '',
    '| | strategy | IP_0 | Avg. | Last | gain | relevance |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...figures.ranking.map(
      (row, place) =>
        `| ${place + 1} | ${row.strategy} | ${percent(row.first.mean)} | ${withInterval(row.average)} | ${withInterval(row.last)} | ${withInterval(row.gain)} | ${number(row.firstRelevance, 2)} to ${number(row.lastRelevance, 2)} |`,
    ),
    '',
    '## What a run took',
    '',
    'Means over runs. Seconds are those of the model when its answers were new; answers that several runs share were asked for once.',
    '',
    '| strategy | model calls | tokens written | seconds | births not managed |',
    '| --- | --- | --- | --- | --- |',
    ...figures.ranking.map(
      (row) =>
        `| ${row.strategy} | ${number(row.modelCalls, 0)} | ${number(row.outputTokens, 0)} | ${number(row.modelSeconds, 1)} | ${number(row.birthsMissed, 1)} |`,
    ),
    '',
    ...pairLines(study),
    '## By audience',
    '',
    'Mean CTR over iterations / of the last pool, in %.',
    '',
    `| audience | IP_0 | ${options.strategies.join(' | ')} |`,
    `| --- | --- | ${options.strategies.map(() => '---').join(' | ')} |`,
    ...figures.byAudience.map(({ audience, strategies }) => {
      const cells = options.strategies.map((key) => {
        const row = strategies.find(({ strategy }) => strategy === key)
        return row === undefined ? '' : `${percent(row.average.mean)} / ${percent(row.last.mean)}`
      })
      return `| ${audience} | ${percent(strategies[0]?.first.mean ?? 0)} | ${cells.join(' | ')} |`
    }),
    '',
    ...exampleLines(study),
    '## Refused',
    '',
    `What the checks refused, over all ${runs.length} runs: ${refusedText(runs)}.`,
    '',
    `Prompts: ${[...new Set(runs.flatMap(({ promptVersions }) => promptVersions))].sort().join(', ')}.`,
    '',
  ]
  return lines.join('\n').replace(/\n{3,}/g, '\n\n')
}

function pairLines({ figures }: Study): string[] {
  if (figures.pairs.length === 0) return []
  return [
    `## ${figures.reference} against each other strategy`,
    '',
    'Differences of the last pool’s CTR in the same case, in percentage points, with 95 % intervals: over cases, and over topics and seeds only, because audiences of one topic and seed share the first pool and much of what is written. Z is the paper’s two-proportion test over all visits of the last pools; it says nothing about other topics.',
    '',
    '| against | wins | difference over cases | over topics and seeds | of Avg., over cases | Z |',
    '| --- | --- | --- | --- | --- | --- |',
    ...figures.pairs.map((pair) => {
      const ties = pair.ties === 0 ? '' : `, ${pair.ties} ${pair.ties === 1 ? 'tie' : 'ties'}`
      const [groupsLow, groupsHigh] = pair.differenceOfGroups.interval ?? []
      const groups =
        groupsLow === undefined || groupsHigh === undefined
          ? ''
          : `${percent(groupsLow)} to ${percent(groupsHigh)}`
      return `| ${pair.other} | ${pair.wins} of ${pair.cases}${ties} | ${withInterval(pair.difference)} | ${groups} | ${withInterval(pair.averageDifference)} | ${pair.z.toFixed(1)} |`
    }),
    '',
  ]
}

/** The first and the last case of the reference strategy: taken by place, not by how well they did. */
function exampleLines({ figures, runs, options }: Study): string[] {
  const ours = runs.filter(({ strategy }) => strategy === figures.reference)
  const examples = [...new Set([ours[0], ours.at(-1)])].filter((run) => run !== undefined)
  return [
    '## Example pools',
    '',
    `The first and the last case of ${figures.reference}, whatever came of them. CTR over the item’s life and relevance in brackets.`,
    '',
    ...examples.flatMap((run) => [
      `### ${run.topic}, ${run.audience}, seed ${run.seed}`,
      '',
      `IP_0, CTR ${percent(run.poolCtrs[0] as number)} %:`,
      '',
      ...run.firstPool.map(poolLine),
      '',
      `IP_${options.iterations}, CTR ${percent(run.poolCtrs.at(-1) as number)} %:`,
      '',
      ...run.lastPool.map(poolLine),
      '',
    ]),
  ]
}

function poolLine({ text, mode, itemCtr, relevance }: PoolText): string {
  const ctr = itemCtr === null ? 'not shown' : `${percent(itemCtr)} %`
  // A model's text is data: nothing in it may become markup.
  const escaped = text.replace(/[\\`*_[\]<>|#&]/g, '\\$&')
  return `- ${escaped} (${ctr}, ${number(relevance, 1)}, ${mode})`
}

function refusedText(runs: readonly RunResult[]): string {
  const sums = new Map<string, number>()
  for (const { refused } of runs) {
    for (const [reason, count] of Object.entries(refused)) sums.set(reason, (sums.get(reason) ?? 0) + count)
  }
  const sorted = [...sums].sort(([, a], [, b]) => b - a)
  return sorted.map(([reason, count]) => `${reason} ${number(count, 0)}`).join(', ') || 'nothing'
}

function percent(share: number): string {
  return (100 * share).toFixed(1)
}

function withInterval({ mean, interval }: Estimate): string {
  return interval === null
    ? percent(mean)
    : `${percent(mean)} (${percent(interval[0])} to ${percent(interval[1])})`
}

function number(value: number | null, digits: number): string {
  if (value === null) return 'not known'
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}
