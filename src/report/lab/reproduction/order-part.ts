import { tableMarkdown } from '../../../lab/experiments/document.ts'
import { percent, percentWithInterval } from '../../../lab/experiments/results-text.ts'
import type { PairVerdict, PaperPair, PopulationOrder } from './order.ts'
import { code, counted, list, negated, pointsText } from './words.ts'

/** A gap of the paper's that is this small is no order to reproduce. */
const PAPER_TIE = 0.005

/** Ranking of strategies by population with intervals, beside the paper's. */
export function rankingPart(orders: readonly PopulationOrder[]): string[] {
  const strategies = [...new Set(orders.flatMap(({ paper }) => paper.map(({ strategy }) => strategy)))]
  return [
    '## Ranking by population',
    'Place, and CTR of the last pool in %, with its 95 % interval over topics (Student’s t). Under each population the paper’s own.',
    tableMarkdown(
      ['population', ...strategies],
      orders.flatMap(({ audience, here, paper }) => [
        [
          audience,
          ...strategies.map((strategy) => {
            const place = here.findIndex((one) => one.strategy === strategy)
            const one = here[place]
            return one === undefined ? '' : `${place + 1}: ${percentWithInterval(one.last)}`
          }),
        ],
        [
          'paper',
          ...strategies.map((strategy) => {
            const one = paper.find((row) => row.strategy === strategy)
            if (one === undefined) return ''
            // Two with the same printed CTR share a place.
            return `${1 + paper.filter(({ last }) => last > one.last).length}: ${percent(one.last)}`
          }),
        ],
      ]),
    ),
  ]
}

const VERDICTS: readonly (readonly [PairVerdict, string])[] = [
  ['as-paper-clear', 'as in the paper, clear'],
  ['as-paper', 'as in the paper, not clear'],
  ['other-way', 'other way round, not clear'],
  ['other-way-clear', 'other way round, clear'],
]

/** How many pairs stand as in the paper. */
export function pairsInShort(orders: readonly PopulationOrder[]): string {
  const all = orders.flatMap(({ pairs }) => pairs)
  const [clear, unclear] = [times(all, 'as-paper-clear'), times(all, 'as-paper')]
  const other = times(all, 'other-way-clear')
  return (
    `of ${counted(all.length, 'pair')} that the paper tells apart ${clear + unclear} stand as there, ${clear} of them clearly; ` +
    `${other === 0 ? 'none is' : other === 1 ? '1 is' : `${other} are`} clearly the other way round`
  )
}

function times(pairs: readonly PaperPair[], verdict: PairVerdict): number {
  return pairs.filter((pair) => pair.verdict === verdict).length
}

/** Pair by pair: how much of the paper's order these runs show, and where they do not. */
export function pairsPart(orders: readonly PopulationOrder[]): string[] {
  const all = orders.flatMap(({ pairs }) => pairs)
  const row = (name: string, pairs: readonly PaperPair[]) => [
    name,
    ...VERDICTS.map(([verdict]) => String(times(pairs, verdict))),
  ]
  return [
    '## Order, pair by pair',
    `By the CTR of the last pool: ${pairsInShort(orders)}. A pair is clear when the whole interval of its difference, topic by topic, lies on one side of 0; intervals are for one pair at a time, so of many pairs without any difference about 1 in 20 would look clear.`,
    tableMarkdown(
      ['population', ...VERDICTS.map(([, words]) => words)],
      [
        ...orders.map(({ audience, pairs }) => row(audience, pairs)),
        ...(orders.length > 1 ? [row('all', all)] : []),
      ],
    ),
    ...swapsPart(orders),
  ]
}

function swapsPart(orders: readonly PopulationOrder[]): string[] {
  const same = orders.filter(({ pairs }) => pairs.every(isAsPaper)).map(({ audience }) => code(audience))
  const swaps = orders.flatMap(({ audience, pairs }) =>
    pairs.filter((pair) => !isAsPaper(pair)).map((pair) => swapLine(audience, pair)),
  )
  return [
    '## Where the order differs',
    ...(same.length > 0 ? [`The paper’s whole order is there for ${list(same)}.`] : []),
    swaps.length === 0 ? 'Nowhere.' : swaps.map((line) => `- ${line}`).join('\n'),
  ]
}

function isAsPaper({ verdict }: PaperPair): boolean {
  return verdict === 'as-paper' || verdict === 'as-paper-clear'
}

function swapLine(audience: string, { above, below, paper, difference, verdict }: PaperPair): string {
  const by = pointsText(negated(difference))
  const start = `${code(audience)}: ${code(below)} ends ${by} above ${code(above)}; in the paper it ends ${percent(paper)} below.`
  return `${start} ${swapReason(paper, difference.topics, verdict, difference.interval)}`
}

function swapReason(
  paper: number,
  topics: number,
  verdict: PairVerdict,
  interval: readonly [number, number] | null,
): string {
  const tie = paper <= PAPER_TIE ? ' In the paper too the two are as good as equal.' : ''
  if (verdict === 'other-way-clear') return `This is clear over ${counted(topics, 'topic')}.${tie}`
  if (interval === null) return `One topic gives no interval, so this may be chance.${tie}`
  const holdsPaper = interval[0] <= paper && paper <= interval[1]
  return `Not clear: the interval over ${counted(topics, 'topic')} holds 0${holdsPaper ? ' and the paper’s difference too, so these runs cannot tell' : ', though not the paper’s difference'}.${tie}`
}
