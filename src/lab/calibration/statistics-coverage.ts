// Measures how often the statistics of docs/statistics.md keep what they say, and rewrites the figures there.
// Run: npx tsx src/lab/calibration/statistics-coverage.ts (no model; two minutes)
import { readFileSync, writeFileSync } from 'node:fs'
import { ratioAlarms } from './studies/arms.ts'
import { carriedAlarms } from './studies/groups.ts'
import { CROWDS, liftCoverage } from './studies/lifts.ts'
import { pairFalseAlarms, pairPower } from './studies/pairs.ts'
import { rateCoverage } from './studies/rates.ts'
import { estimateErrors, slotCoverage } from './studies/slots.ts'
import { type Share, STUDY_SEED } from './studies/study.ts'
import { credibleCoverage } from './studies/utilities.ts'

const PAGE = new URL('../../../docs/statistics.md', import.meta.url)
const BEGIN = '<!-- figures: src/lab/calibration/statistics-coverage.ts -->'
const END = '<!-- end of figures -->'

function percent({ times, rounds }: Share): string {
  return `${((100 * times) / rounds).toFixed(1)} %`
}

function table(
  title: string,
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  return [title, '', line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}

function count(value: number): string {
  return Number.isFinite(value) ? value.toLocaleString('en') : 'not by the end'
}

const sections = [
  `Seed ${STUDY_SEED}.`,
  table(
    'Credible intervals of 95 % with Jeffreys’ prior, five items after 3,000 visits, 1,000 rounds: held the truth in',
    ['pool and policy', 'the posterior', 'a Gamma posterior instead'],
    credibleCoverage(1000).map(({ name, posterior, gamma }) => [name, percent(posterior), percent(gamma)]),
  ),
  table(
    'Slot effects, 4,000 visits at a slate CTR of 45 to 65 %, 2,000 rounds; the second slot’s is 0.6:',
    ['slates', '95 % intervals held', 'mean estimate', 'mean of the plain ratio of clicks'],
    slotCoverage(2000).map(({ name, share, mean, plain }) => [
      name,
      percent(share),
      mean.toFixed(3),
      plain.toFixed(3),
    ]),
  ),
  table(
    'Root mean square error of log v, five items after 4,000 visits, 400 rounds:',
    ['pool', 'C / Z', 'full likelihood'],
    estimateErrors(400).map(({ name, ratio, likelihood }) => [name, ratio.toFixed(4), likelihood.toFixed(4)]),
  ),
  table(
    '“The first of two is better” at alpha 5 %, looked at after each of 3,000 slates with both, 4,000 rounds: said in',
    ['the truth', 'rounds'],
    pairFalseAlarms(4000).map(({ name, share }) => [name, percent(share)]),
  ),
  table(
    'Slates with both until the better is known, weaker item v = 0.05, slots 1, 0.5, 0.25, median of 300 rounds:',
    ['v of the better over the other', 'slates'],
    pairPower(300).map(({ ratio, medianSlates }) => [ratio, count(medianSlates)]),
  ),
  table(
    'Intervals of 95 % of a constant rate, looked at some 600 times up to 20,000 slates, 1,000 rounds: held at all looks in',
    ['rate', '`rateSequence`', 'Wilson, made for one look'],
    rateCoverage(1000).map(({ rate, sequence, wilson }) => [rate, percent(sequence), percent(wilson)]),
  ),
  table(
    'Intervals of 95 % of the lift, looked at 370 times from 1,000 to 40,000 slates, 1,000 rounds: held at all looks in',
    [
      'visitors',
      '`lift`, absolute',
      'relative',
      '`visitorRateSequence` of live',
      '1.96 clustered errors',
      'Newcombe of slates',
      'Newcombe, last look only',
    ],
    CROWDS.map((crowd) => {
      const found = liftCoverage(1000, crowd)
      const shares = [
        found.absolute,
        found.relative,
        found.rate,
        found.clusteredFixed,
        found.naive,
        found.naiveOnce,
      ]
      return [found.name, ...shares.map(percent)]
    }),
  ),
  table(
    'Sample-ratio alarm at alpha 1 %, looked at up to 50,000 visitors, 2,000 rounds:',
    ['visitors come', 'alarm', 'median visitors until then'],
    ratioAlarms(2000).map(({ name, share, medianVisitors }) => [name, percent(share), count(medianVisitors)]),
  ),
  table(
    'A lead found to be carried by one group, 20,000 visits, 500 rounds:',
    ['groups', 'rounds'],
    carriedAlarms(500).map(({ name, share }) => [name, percent(share)]),
  ),
]

const page = readFileSync(PAGE, 'utf8')
const [before, rest] = page.split(BEGIN)
const after = rest?.split(END)[1]
if (before === undefined || after === undefined) throw new Error(`docs/statistics.md has no ${BEGIN}`)
writeFileSync(PAGE, `${before}${BEGIN}\n${sections.join('\n\n')}\n${END}${after}`)
