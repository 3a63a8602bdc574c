// Measures how often the statistics of docs/statistics.md keep what they say, and rewrites the figures there.
// Run: npx tsx src/lab/calibration/statistics-coverage.ts (no model; ten minutes)
import { percent, rewritePart, table } from './measured-page.ts'
import { ratioAlarms } from './studies/arms.ts'
import { crowdCoverage, ITEM_CROWDS } from './studies/crowds.ts'
import { FLOODED_WORLDS, HONEST_WORLDS, sourceFindings } from './studies/groups.ts'
import { HOLDOUT_CASES, holdoutCoverage } from './studies/holdout-shares.ts'
import { CROWDS, liftCoverage } from './studies/lifts.ts'
import { pairFalseAlarms, pairPower } from './studies/pairs.ts'
import { crowdRateCoverage, RATE_CROWDS, rateCoverage } from './studies/rates.ts'
import { estimateErrors, slotCoverage } from './studies/slots.ts'
import { STUDY_SEED } from './studies/study.ts'
import { credibleCoverage } from './studies/utilities.ts'

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
    'Credible intervals of 95 % of five items where the same visitors come again, 6,000 visits (100,000 in the last row), ' +
      '400 rounds (50). “Heavy”: 600 visitors, of whom the busiest makes about a tenth of the visits and the busiest tenth makes half. ' +
      '“Tastes differ”: each visitor’s v of each item scatters with a standard deviation of 1 in log v (by half: 0.5), ' +
      '“some click more”: that of all items together. Held the truth, which is the odds over all such visitors, in',
    [
      'visitors',
      'visits taken as independent',
      'widened by the design effect',
      'mean design effect',
      'times as wide',
    ],
    ITEM_CROWDS.map((crowd) => {
      const found = crowdCoverage(crowd.visits > 10_000 ? 50 : 400, crowd)
      return [
        found.name,
        percent(found.independent),
        percent(found.clustered),
        found.meanDesignEffect.toFixed(1),
        found.meanWidening.toFixed(2),
      ]
    }),
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
    '`rateSequence` of one pool before visitors who come again, looked at some 500 times up to 10,000 slates, 300 rounds: held at ' +
      'all looks in',
    ['visitors', 'slates taken as independent', 'by the design effect so far'],
    RATE_CROWDS.map((crowd) => {
      const { name, independent, widened } = crowdRateCoverage(300, crowd)
      return [name, percent(independent), percent(widened)]
    }),
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
    'Intervals of 95 % of the lift by the share of visitors in the holdout, looked at from the first slate on, some 600 ' +
      'times. Six visits a visitor on average, in proportion to U^-1/2; the visitors’ own rates scatter as a Beta whose ' +
      'standard deviation is their mean. 1,000 rounds for 2,000 visitors, 200 for 50,000. False alarms: rounds with no lift ' +
      'in which the interval left 0 out at some look. Held: rounds with a relative lift of 30 % in which both intervals ' +
      'held the truth at all looks. Half width: median at the end, in percent of the holdout’s CTR:',
    [
      'visitors',
      'CTR',
      'holdout',
      'false alarms',
      'held',
      'lift of 30 % found',
      'rounds with an interval',
      'half width',
    ],
    HOLDOUT_CASES.map((one) => {
      const rounds = one.visitors > 10_000 ? 200 : 1000
      const none = holdoutCoverage(rounds, { ...one, lift: 0 })
      const some = holdoutCoverage(rounds, { ...one, lift: 0.3 })
      return [
        one.visitors.toLocaleString('en'),
        `${100 * one.rate} %`,
        `${100 * one.holdout} %`,
        percent(none.alarm),
        percent(some.both),
        percent(some.alarm),
        percent(some.told),
        some.reach === null ? 'none in most rounds' : `${(100 * some.reach).toFixed(0)} %`,
      ]
    }),
  ),
  table(
    'Sample-ratio alarm at alpha 1 %, looked at up to 50,000 visitors, 2,000 rounds:',
    ['visitors come', 'alarm', 'median visitors until then'],
    ratioAlarms(2000).map(({ name, share, medianVisitors }) => [name, percent(share), count(medianVisitors)]),
  ),
  table(
    'Five items with v of 0.02 to 0.06, slates of three; “tastes differ”: each network’s v of each item scatters with a standard ' +
      'deviation of 1 in log v (by half: 0.5), so a lead that some network carries is the truth. 20,000 visits where nothing else is ' +
      'said, 500 rounds. A lead was said to be carried by few networks in',
    ['honest networks', '`carriedLead`', 'had the busiest network’s clicks been left out instead'],
    HONEST_WORLDS.map((world) => {
      const { name, alarm, plain } = sourceFindings(500, world)
      return [name, percent(alarm), percent(plain)]
    }),
  ),
  table(
    'The same with 5,000 honest networks, of which an office makes 10 % of the visits, and a flood of clicks on the worst item from ' +
      'networks of its own, 200 rounds:',
    [
      'networks that flood',
      'worst item given a credible lead over another',
      'said to be carried',
      'busiest left out',
    ],
    FLOODED_WORLDS.map((world) => {
      const { name, led, alarm, plain } = sourceFindings(200, world)
      return [name, percent(led), percent(alarm), percent(plain)]
    }),
  ),
]

rewritePart(
  new URL('../../../docs/statistics.md', import.meta.url),
  'src/lab/calibration/statistics-coverage.ts',
  sections,
)
