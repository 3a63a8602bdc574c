import Table from 'cli-table3'
import { exactHalfTest } from '../core/statistics/exact-binomial.ts'
import {
  type AgreementReport,
  agreementReport,
  type Share,
  shareOf,
} from '../lab/human-checks/agreement-report.ts'
import { type Answer, readAnswers } from '../lab/human-checks/answer-file.ts'
import { collectAnswers } from '../lab/human-checks/collect-answers.ts'
import { readKey } from '../lab/human-checks/key-file.ts'
import { PAPER_HUMAN_CHECKS } from '../lab/human-checks/paper-figures.ts'
import { percent } from './figures.ts'
import type { CliIo } from './io.ts'
import { printable } from './terminal-text.ts'

/** Ids of missing answers that are named; `--json` has all. */
const MISSING_SHOWN = 5

/**
 * `forage lab agreement --key KEY ANSWERS...`: how far people agree with each other and with the scorer, and which
 * pool they prefer.
 *
 * @throws InputError naming file, line, field, value and what to do
 */
export async function labAgreementCommand(
  paths: readonly string[],
  flags: { readonly key: string; readonly json?: boolean },
  io: CliIo,
): Promise<void> {
  const checks = await readKey(flags.key)
  const answers: Answer[] = []
  for (const path of paths) answers.push(...(await readAnswers(path)))
  const report = agreementReport(checks, collectAnswers(checks, answers))
  io.stdout.write(
    flags.json === true
      ? `${JSON.stringify({ ...report, paper: paperFigures() }, undefined, 2)}\n`
      : `${reportTable(report)}\n${notes(report)
          .map((note) => `${printable(note)}\n`)
          .join('')}`,
  )
}

/** The paper's counts with the same intervals, and the test that goes with them. */
function paperFigures() {
  const { agreed, scorerRight, lastPreferred } = PAPER_HUMAN_CHECKS
  return {
    agreed: shareOf(agreed),
    scorerRight: shareOf(scorerRight),
    lastPreferred: shareOf(lastPreferred),
    pValue: exactHalfTest(lastPreferred),
  }
}

function reportTable({ questionPairs, poolComparisons }: AgreementReport): string {
  const paper = paperFigures()
  const last =
    poolComparisons.lastIteration === undefined ? 'the last pool' : `IP_${poolComparisons.lastIteration}`
  const table = new Table({
    head: ['', 'here', '95 % interval', 'paper', '95 % interval'],
    style: { head: [], border: [], compact: true },
  })
  const heading = (text: string) => table.push([{ colSpan: 5, content: text }])
  const share = (name: string, here: Share, there?: Share) =>
    table.push([
      name,
      shownShare(here),
      shownInterval(here),
      there ? shownShare(there) : '',
      there ? shownInterval(there) : '',
    ])
  const figure = (name: string, here: string, there = 'not given') => table.push([name, here, '', there, ''])
  const agreements = ({
    agreement,
  }: AgreementReport['questionPairs'] | AgreementReport['poolComparisons']) => {
    figure("Cohen's kappa", shownFigure(agreement.cohenKappa))
    figure("Krippendorff's alpha", shownFigure(agreement.krippendorffAlpha))
  }

  heading(`Question pairs (${questionPairs.checks})`)
  share('people agree', questionPairs.agreed, paper.agreed)
  agreements(questionPairs)
  share("scorer's order right, where they agree", questionPairs.scorerRight, paper.scorerRight)
  for (const [scorer, right] of Object.entries(questionPairs.scorerRightBy))
    share(`  ${printable(scorer)}`, right)
  heading(`Pool comparisons (${poolComparisons.checks})`)
  share('people agree', poolComparisons.agreed)
  agreements(poolComparisons)
  share(`${last} preferred to IP_0`, poolComparisons.lastPreferred, paper.lastPreferred)
  figure('p, against even odds', shownP(poolComparisons.pValue), shownP(paper.pValue))
  return table.toString()
}

function notes({ annotators, questionPairs, poolComparisons }: AgreementReport): string[] {
  const result = annotators.map(({ name, answered, missing }) => {
    if (missing.length === 0) return `${name}: all ${answered} answered.`
    const more = missing.length > MISSING_SHOWN ? `, and ${missing.length - MISSING_SHOWN} more` : ''
    return `${name}: ${answered} answered, ${missing.length} not: ${missing.slice(0, MISSING_SHOWN).join(', ')}${more}.`
  })
  const { scorers } = questionPairs
  const { strategies } = poolComparisons
  if (scorers.length > 0) result.push(`Scores: ${scorers.join(', ')}. The paper's: a language model.`)
  if (strategies.length > 0) result.push(`Pools: ${strategies.join(', ')}. The paper's: explore-exploit.`)
  result.push("The paper's intervals and p are computed here from its counts.")
  if (annotators.length > 2) {
    result.push("Cohen's kappa is the mean over pairs of annotators; people agree where all who answered do.")
  }
  for (const [name, { agreement }] of [
    ['Question pairs', questionPairs],
    ['Pool comparisons', poolComparisons],
  ] as const) {
    if (agreement.units === 0)
      result.push(`${name}: none was answered by two people, so agreement is not defined.`)
    else if (agreement.krippendorffAlpha === undefined) {
      result.push(
        `${name}: all answers are the same side, so chance agrees as often as people do, and kappa and alpha are not defined.`,
      )
    } else if (agreement.cohenKappa === undefined) {
      result.push(`${name}: kappa is not defined, because no two people who share checks used both sides.`)
    }
  }
  if (poolComparisons.split > 0) {
    result.push(`Comparisons split evenly, which count neither way: ${poolComparisons.split}.`)
  }
  return result
}

function shownShare({ successes, trials, share }: Share): string {
  return share === undefined ? 'no answers' : `${percent(share)} (${successes} of ${trials})`
}

function shownInterval({ interval }: Share): string {
  return interval === undefined ? '' : `${percent(interval[0])} to ${percent(interval[1])}`
}

function shownFigure(value: number | undefined): string {
  return value === undefined ? 'not defined' : value.toFixed(3)
}

function shownP(value: number | undefined): string {
  if (value === undefined) return 'no answers'
  return value < 0.0001 ? 'below 0.0001' : value.toFixed(4)
}
