import { clickProbabilities } from '../../simulator/click-model.ts'
import { csvText, type Section, type TableSection } from './document.ts'
import type { Estimate } from './estimate.ts'
import {
  type ExperimentFigures,
  figuresSoFar,
  lastCtr,
  type OverallFigures,
  overallDifference,
  overallFigures,
  plannedRuns,
} from './figures.ts'
import { type ExperimentPlan, variantPlan } from './plan.ts'
import type { ResultsDirectory } from './results-directory.ts'
import {
  CURVE_HEADER,
  curveRows,
  estimateCells,
  gapSections,
  introduction,
  percent,
  percentWithReach,
  type WriterNames,
  withInterval,
} from './results-text.ts'
import { type SeedFigures, seedFigures, seedSections } from './seeds.ts'
import { type SweepSymbol, sweepsIn, variedOf } from './sensitivity-sweeps.ts'

/** Two strategies whose order is not that of the planned settings. */
export interface Swap {
  /** Above here. */
  readonly one: string
  readonly other: string
  /** Last of `one` less that of `other`. */
  readonly difference: Estimate
}

/** All strategies with one setting at one value, the others as planned. CTR in [0, 1]. */
export interface SweepPoint {
  readonly value: number
  readonly isPlanned: boolean
  /** Pool CTR of the paper's click model when every text has relevance 10: no pool can do better. */
  readonly highest: number
  readonly strategies: readonly OverallFigures[]
  readonly figures: ExperimentFigures
  readonly swaps: readonly Swap[]
}

export interface SweepResults {
  readonly symbol: SweepSymbol
  /** In rising order. */
  readonly points: readonly SweepPoint[]
}

export interface SensitivityResults {
  /** At the planned settings; what failed, or is left out or missing, of all. */
  readonly figures: ExperimentFigures
  readonly sweeps: readonly SweepResults[]
  readonly bySeed: readonly SeedFigures[]
}

const REFERENCE = 'explore-exploit'
const BEST_RELEVANCE = 10

/** What hangs on one setting at a time, as far as runs are there. */
export function sensitivityResults(
  plan: ExperimentPlan,
  { runs }: Pick<ResultsDirectory, 'runs'>,
  missing: number,
): SensitivityResults {
  const of = (variant: string | undefined) => {
    const some = plannedRuns(runs, variant)
    const own = variantPlan(plan, variant)
    return { own, ...figuresSoFar(own, some, REFERENCE, variant === undefined ? missing : 0) }
  }
  const base = of(undefined)
  const planned = overallFigures(base.complete, base.figures.audiences)
  const pointOf = (value: number, variant: string | undefined): SweepPoint => {
    const { own, complete, figures } = variant === undefined ? base : of(variant)
    const strategies = overallFigures(complete, figures.audiences)
    const swaps = swapped(planned, strategies).flatMap(([one, other]) => {
      const difference = overallDifference(complete, figures.audiences, [one, other], lastCtr)
      return difference === null ? [] : [{ one, other, difference }]
    })
    return { value, isPlanned: variant === undefined, highest: highestCtr(own), strategies, figures, swaps }
  }
  const sweeps = sweepsIn(plan.variants ?? []).map(({ symbol, values }): SweepResults => {
    const own = variedOf(symbol).planned(plan)
    const points = [
      ...(own === undefined ? [] : [pointOf(own, undefined)]),
      ...values.map((value) => pointOf(value, `${symbol}=${value}`)),
    ]
    return { symbol, points: points.sort((a, b) => a.value - b.value) }
  })
  const others = sweeps.flatMap(({ points }) => points.filter(({ isPlanned }) => !isPlanned))
  return {
    figures: {
      ...base.figures,
      failed: [base, ...others].flatMap(({ figures }) => figures.failed),
      leftOut: others.reduce((sum, { figures }) => sum + figures.leftOut, base.figures.leftOut),
    },
    bySeed: seedFigures(base.complete, base.figures.audiences),
    sweeps,
  }
}

/** Everything that is printed and written into `sensitivity.md`. */
export function sensitivitySections(
  plan: ExperimentPlan,
  { figures, sweeps, bySeed }: SensitivityResults,
  names: WriterNames,
): Section[] {
  const remarks = sweeps.flatMap(remarkOn)
  return [
    { kind: 'text', text: introduction(plan, { runs: allRuns(figures, sweeps) }, names) },
    ...gapSections(figures),
    {
      kind: 'text',
      text: "One setting is varied at a time, the others are as planned (*). CTR in %, each population counting the same: Avg. over iterations / Last, with half the 95 % interval of Last over topics (Student's t). Highest: the CTR of a pool whose every text has relevance 10. Order: pairs of strategies whose order by Last is not that at the planned settings; a swap is clear when the whole interval of the difference is above 0, and only those say anything.",
    },
    ...plannedOrder(sweeps),
    ...sweeps.map((sweep) => sweepTable(plan, sweep)),
    ...seedSections(plan.seeds, bySeed),
    ...remarks.map((text): Section => ({ kind: 'text', text })),
    { kind: 'text', text: sensitivityLine(sweeps, names.writer) },
  ]
}

/** One line: whether the order of strategies hangs on the settings. */
export function sensitivityLine(sweeps: readonly SweepResults[], writer: string): string {
  const points = sweeps.flatMap(({ symbol, points }) =>
    points
      .filter((point) => !point.isPlanned && point.strategies.length > 0)
      .map((point) => ({ symbol, point })),
  )
  if (points.length === 0) return 'No other setting is finished yet.'
  const where = (isWanted: (swap: Swap) => boolean) =>
    points.flatMap(({ symbol, point: { value, swaps } }) =>
      swaps
        .filter(isWanted)
        .map(({ one, other }) => `${symbol} = ${shownValue(value)} (${one} above ${other})`),
    )
  const [clear, unclear] = [where(isClear), where((swap) => !isClear(swap))]
  const same = points.filter(({ point }) => point.swaps.length === 0).length
  return [
    `With writer ${writer} the order of strategies is that of the planned settings at ${same} of ${points.length} others`,
    clear.length > 0 ? `clearly another at ${clear.join(', ')}` : 'clearly another at none',
    ...(unclear.length > 0 ? [`not clear at ${unclear.join(', ')}`] : []),
  ]
    .join('; ')
    .concat('.')
}

/** `sensitivity.csv`: a row a setting, value and strategy. Rates are fractions. */
export function sensitivityCsv({ sweeps }: SensitivityResults): string {
  return csvText(
    [
      ...['setting', 'value', 'planned', 'highest', 'strategy', 'first'],
      ...withInterval('average'),
      ...withInterval('last'),
    ],
    sweeps.flatMap(({ symbol, points }) =>
      points.flatMap(({ value, isPlanned, highest, strategies }) =>
        strategies.map(({ strategy, first, average, last }) => [
          ...[symbol, value, isPlanned ? 1 : 0, highest, strategy, first.mean],
          ...estimateCells(average),
          ...estimateCells(last),
        ]),
      ),
    ),
  )
}

/** `curves.csv` of all variants. */
export function sensitivityCurvesCsv({ sweeps }: SensitivityResults): string {
  return csvText(
    ['setting', 'value', ...CURVE_HEADER],
    sweeps.flatMap(({ symbol, points }) =>
      points.flatMap(({ value, figures }) => curveRows(figures).map((row) => [symbol, value, ...row])),
    ),
  )
}

function allRuns(planned: ExperimentFigures, sweeps: readonly SweepResults[]): number {
  const others = sweeps.flatMap(({ points }) => points.filter(({ isPlanned }) => !isPlanned))
  return others.reduce((sum, { figures }) => sum + figures.runs, planned.runs)
}

/** `T, softness of the choice`. */
export function sweepTitle(symbol: SweepSymbol): string {
  return `${symbol}, ${variedOf(symbol).meaning}`
}

export function shownValue(value: number): string {
  return value.toLocaleString('en-US')
}

function sweepTable({ strategies }: ExperimentPlan, { symbol, points }: SweepResults): TableSection {
  return {
    kind: 'table',
    title: sweepTitle(symbol),
    header: [symbol, 'highest', 'IP_0', ...strategies, 'order'],
    rows: points.map((point) => [
      `${shownValue(point.value)}${point.isPlanned ? ' *' : ''}`,
      percent(point.highest),
      point.strategies[0] === undefined ? '' : percent(point.strategies[0].first.mean),
      ...strategies.map((strategy) => {
        const one = point.strategies.find((figures) => figures.strategy === strategy)
        return one === undefined ? '' : `${percent(one.average.mean)} / ${percentWithReach(one.last)}`
      }),
      orderText(point),
    ]),
  }
}

function plannedOrder([sweep]: readonly SweepResults[]): Section[] {
  const planned = sweep?.points.find(({ isPlanned }) => isPlanned)
  if (planned === undefined || planned.strategies.length === 0) return []
  const order = planned.strategies
    .toSorted((a, b) => b.last.mean - a.last.mean)
    .map(({ strategy }) => strategy)
  return [{ kind: 'text', text: `At the planned settings: ${order.join(' > ')}.` }]
}

function orderText({ isPlanned, strategies, swaps }: SweepPoint): string {
  if (strategies.length === 0) return 'not finished'
  if (isPlanned) return 'as planned'
  if (swaps.length === 0) return 'the same'
  const clear = swaps.filter(isClear).length
  return `${swaps.length} swapped, ${clear === 0 ? 'none' : clear} clear`
}

function isClear({ difference: { interval } }: Swap): boolean {
  return interval !== null && interval[0] > 0
}

/** Pairs whose order is not the planned one: the one that is above here first. */
function swapped(planned: readonly OverallFigures[], here: readonly OverallFigures[]): [string, string][] {
  const lastOf = (of: readonly OverallFigures[], key: string) =>
    of.find(({ strategy }) => strategy === key)?.last.mean ?? Number.NaN
  const sorted = here.toSorted((a, b) => b.last.mean - a.last.mean).map(({ strategy }) => strategy)
  return sorted.flatMap((one, place) =>
    sorted
      .slice(place + 1)
      .filter(
        (other) => lastOf(planned, one) < lastOf(planned, other) && lastOf(here, one) > lastOf(here, other),
      )
      .map((other): [string, string] => [one, other]),
  )
}

/** Of the audience that can be clicked most. */
function highestCtr({ domains, settings }: ExperimentPlan): number {
  const slate = new Array<number>(settings.slateSize).fill(BEST_RELEVANCE)
  const all = domains.flatMap(({ audiences }) =>
    audiences.map(({ population }) => 1 - (clickProbabilities(slate, population).at(-1) as number)),
  )
  return Math.max(...all)
}

/** What the paper says of T and RS, beside what is measured. */
function remarkOn({ symbol, points }: SweepResults): string[] {
  if (symbol === 'T') {
    const steps = points.map(
      ({ value }) => `${Math.exp(1 / value).toFixed(1)} times at T = ${shownValue(value)}`,
    )
    return [
      `T: the paper finds T = 1 too peaked. One point more of relevance makes a click likelier by up to ${steps.join(', ')}.${spread(points)}`,
    ]
  }
  if (symbol !== 'RS') return []
  const above = points.filter(({ highest }) => highest > 0.9)
  const top = points.flatMap(({ value, strategies }) =>
    strategies.map(({ strategy, last }) => ({ value, strategy, last: last.mean })),
  )
  const most = top.toSorted((a, b) => b.last - a.last)[0]
  return [
    `RS: the paper finds that below 10 the CTR can pass 90 %, and that above 12 there is too little room. Here a pool can pass 90 % at ${above.length === 0 ? 'none of these values' : `RS = ${above.map(({ value }) => shownValue(value)).join(', ')}`}; the highest possible is ${points.map(({ value, highest }) => `${percent(highest)} % at ${shownValue(value)}`).join(', ')}.` +
      (most === undefined
        ? ''
        : ` The highest measured mean of a last pool is ${percent(most.last)} % (${most.strategy}, RS = ${shownValue(most.value)}).`),
  ]
}

/** How far a first pool is from the best one, which is where a strategy can show what it does. */
function spread(points: readonly SweepPoint[]): string {
  const known = points.flatMap(({ value, highest, strategies: [one] }) =>
    one === undefined ? [] : [`${percent(one.first.mean)} of ${percent(highest)} % at ${shownValue(value)}`],
  )
  return known.length === 0 ? '' : ` First pools have ${known.join(', ')} of the highest CTR.`
}
