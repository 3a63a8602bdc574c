import { MATCHED_NOTE } from '../../../core/strategies/pairing.ts'
import { type Claim, paperClaims } from '../../../lab/experiments/claims.ts'
import { tableMarkdown } from '../../../lab/experiments/document.ts'
import { overallFigures } from '../../../lab/experiments/figures.ts'
import type { PaperTable } from '../../../lab/experiments/paper-table5.ts'
import { introduction, percentWithInterval } from '../../../lab/experiments/results-text.ts'
import { sensitivityLine, sensitivityResults } from '../../../lab/experiments/sensitivity.ts'
import type { ExperimentRecord } from '../experiment-record.ts'
import { type ExperimentResults, experimentResults } from '../experiment-results.ts'
import { numbersInShort, numbersPart } from './numbers-part.ts'
import { type PopulationOrder, populationOrders } from './order.ts'
import { pairsInShort, pairsPart, rankingPart } from './order-part.ts'
import { reasonsPart } from './reasons-part.ts'
import { code, counted, list, sideOf, text } from './words.ts'

/**
 * What stored runs reproduce of the paper, what not, and why, as Markdown. Every sentence follows from the runs, so
 * that other runs give other sentences. Pure: the same records give the same bytes.
 *
 * @param command that writes the document, for its head
 */
export function reproductionDocument(
  records: readonly ExperimentRecord[],
  paper: PaperTable,
  command: string,
): string {
  const experiments = records.map((record) => experimentResults(record, paper))
  const main = experiments.filter(
    ({ record, figures }) => record.plan.experiment === 'table5' && figures.audiences.length > 0,
  )
  const orders = main.flatMap((one) => populationOrders(one, paper))
  const parts = [
    '# What is reproduced of the paper',
    `Written by \`${command.replaceAll('`', '')}\` from stored runs; not edited by hand. The paper’s figures: ${text(paper.source)}. How to read the figures: [lab.md](lab.md).`,
    ...experiments.map(what),
    ...(main.length === 0
      ? ['The main experiment is not among them, or no case of it is finished by every strategy.']
      : [
          ...shortPart(main, orders, experiments),
          ...claimsPart(main),
          ...rankingPart(orders),
          ...overallPart(main),
          ...pairsPart(orders),
        ]),
    ...numbersPart(experiments),
    ...settingsPart(experiments),
    ...reasonsPart(main, paper),
  ]
  return `${parts.join('\n\n')}\n`
}

/** One line on what was run, with its gaps and links to its tables. */
function what({ record, figures }: ExperimentResults): string {
  const { plan, forageVersion, tables, matched } = record
  const { missing, failed, leftOut } = figures
  const gaps = [
    ...(missing > 0 ? [`${counted(missing, 'run')} still to be made`] : []),
    ...(failed.length > 0 ? [`${counted(failed.length, 'run')} without a result`] : []),
    ...(leftOut > 0 ? [`${counted(leftOut, 'run')} left out`] : []),
  ]
  const links = tables.map(({ name, href }) => `[${name}](${href})`)
  return [
    `**${NAMES[plan.experiment] ?? plan.experiment}.** ${text(introduction(plan, figures, record))} Forage ${text(forageVersion)}.`,
    ...(gaps.length > 0 ? [`Not whole: ${list(gaps)}.`] : []),
    ...(matched.length > 0 ? [`${MATCHED_NOTE} (${list(matched.map(code))})`] : []),
    ...(links.length > 0 ? [`All figures: ${links.join(', ')}.`] : []),
  ].join(' ')
}

const NAMES: Readonly<Record<string, string>> = {
  table5: 'Main experiment',
  length: 'Length test',
  ablation: 'Ablation of the prompt',
  sensitivity: 'Sensitivity to the settings',
  variance: 'Variance of the measured CTR',
}

/** The whole in four lines. */
function shortPart(
  main: readonly ExperimentResults[],
  orders: readonly PopulationOrder[],
  experiments: readonly ExperimentResults[],
): string[] {
  const claims = main.flatMap(({ complete, figures }) => paperClaims(complete, figures.audiences))
  const times = (verdict: Claim['verdict']) => claims.filter((claim) => claim.verdict === verdict).length
  return [
    '## In short',
    [
      `- Claims of the paper: ${times('holds')} of ${claims.length} hold, ${times('does-not-hold')} do not, ${times('not-clear')} are not clear, ${times('not-tested')} not tested.`,
      `- Order of strategies: ${pairsInShort(orders)}.`,
      `- Use of the numbers: ${numbersInShort(experiments)}.`,
    ].join('\n'),
  ]
}

const GROUPS = [
  ['holds', 'Reproduced', 'The whole 95 % interval over topics lies on the claim’s side.'],
  ['does-not-hold', 'Not reproduced', 'The whole interval lies on the other side.'],
  ['not-clear', 'Not clear', 'The interval holds both sides: these runs cannot tell.'],
  ['not-tested', 'Not tested', 'The runs lack what the claim is about.'],
] as const

function claimsPart(main: readonly ExperimentResults[]): string[] {
  const all = main.flatMap(({ record, complete, figures }) =>
    paperClaims(complete, figures.audiences).map((claim) => ({ claim, record })),
  )
  const isOne = main.length === 1
  return GROUPS.flatMap(([verdict, title, note]) => {
    const own = all.filter(({ claim }) => claim.verdict === verdict)
    const lines = own.map(({ claim, record }) => {
      const where = isOne ? '' : ` (${code(record.directory)})`
      return `- ${claim.text}${where}${measured(claim)}`
    })
    return [`## ${title}`, own.length === 0 ? 'Nothing.' : `${note}\n\n${lines.join('\n')}`]
  })
}

function measured({ measured, unit }: Claim): string {
  if (measured === null) return ''
  const topics = counted(measured.topics, 'topic')
  if (unit === 'ctr') return `: ${percentWithInterval(measured)} points, ${topics}`
  const range = measured.interval?.map((end) => end.toFixed(2)).join(' to ')
  return `: ${measured.mean.toFixed(2)}${range === undefined ? '' : ` (${range})`}, ${topics}`
}

/** First pool, mean over iterations and last pool of each strategy, and whether it rose. */
function overallPart(main: readonly ExperimentResults[]): string[] {
  return main.flatMap(({ record, complete, figures }) => {
    const rows = overallFigures(complete, figures.audiences).sort((a, b) => b.last.mean - a.last.mean)
    const gains = figures.audiences.flatMap(({ audience, strategies }) =>
      strategies.map(({ strategy, gain }) => ({ audience, strategy, gain })),
    )
    const rose = gains.filter(({ gain }) => sideOf(gain) === 'above')
    return [
      `## Over all populations${main.length === 1 ? '' : ` (${code(record.directory)})`}`,
      'Mean CTR in %, each population counting the same, with 95 % intervals over topics.',
      tableMarkdown(
        ['strategy', 'IP_0', 'Avg.', 'Last'],
        rows.map(({ strategy, first, average, last }) => [
          strategy,
          percentWithInterval(first),
          percentWithInterval(average),
          percentWithInterval(last),
        ]),
      ),
      rose.length === 0
        ? 'For no strategy and population alone does the CTR rise clearly from the first pool to the last.'
        : `The CTR rises clearly from the first pool to the last for ${list(rose.map(({ audience, strategy }) => `${code(strategy)} before ${code(audience)}`))}.`,
    ]
  })
}

function settingsPart(experiments: readonly ExperimentResults[]): string[] {
  const lines = experiments
    .filter(({ record }) => record.plan.experiment === 'sensitivity')
    .map(({ record }) =>
      text(sensitivityLine(sensitivityResults(record.plan, record, 0).sweeps, record.writer)),
    )
  return lines.length === 0 ? [] : ['## Do the settings matter?', ...lines]
}
