import type { Estimate } from './estimate.ts'
import {
  type AudienceFigures,
  type CompleteRuns,
  firstCtr,
  lastCtr,
  meanOf,
  overAudiences,
} from './figures.ts'
import type { RunFigures } from './run-line.ts'

/**
 * `holds` and `does-not-hold` when the whole 95 % interval over topics lies on that side; `not-clear` when the
 * interval holds both, or one topic gives none; `not-tested` when the run lacks what it is about.
 */
export type Verdict = 'holds' | 'does-not-hold' | 'not-clear' | 'not-tested'

export interface Claim {
  readonly key: string
  /** What the paper found, in a few words. */
  readonly text: string
  readonly verdict: Verdict
  /** In the claim's unit; null when not tested. */
  readonly measured: Estimate | null
  readonly unit: 'ctr' | 'relevance'
}

/** Change of mean CTR, in either direction, that still counts as flat. */
const FLAT = 0.02

/** The paper's claims about Table 5, judged by these runs. */
export function paperClaims(complete: CompleteRuns, audiences: readonly AudienceFigures[]): Claim[] {
  const { strategies } = complete.plan
  const claims: Claim[] = []
  const judge = (
    key: string,
    text: string,
    needed: readonly string[],
    of: readonly AudienceFigures[],
    ofCase: Parameters<typeof overAudiences>[2],
    unit: Claim['unit'],
    verdictOf: (estimate: Estimate) => Verdict,
  ) => {
    const isThere = needed.every((strategy) => strategies.includes(strategy))
    const measured = isThere ? overAudiences(complete, of, ofCase) : null
    const isKnown = measured !== null && Number.isFinite(measured.mean)
    claims.push({
      key,
      text,
      verdict: isKnown ? verdictOf(measured) : 'not-tested',
      measured: isKnown ? measured : null,
      unit,
    })
  }
  for (const [better, worse] of [
    ['explore-exploit', 'full-ctr'],
    ['full-ctr', 'partial-ctr'],
    ['partial-ctr', 'random-ctr'],
  ] as const) {
    judge(
      `${better}-above-${worse}`,
      `${better} above ${worse}`,
      [better, worse],
      audiences,
      (runsOf) => meanOf(runsOf(better), lastCtr) - meanOf(runsOf(worse), lastCtr),
      'ctr',
      above(0),
    )
  }
  for (const control of ['random-ctr', 'no-drop']) {
    judge(
      `${control}-flat`,
      `${control} flat (within ${100 * FLAT} points)`,
      [control],
      audiences,
      (runsOf) => meanOf(runsOf(control), gain),
      'ctr',
      within(FLAT),
    )
  }
  const best = 'explore-exploit'
  judge(
    'relevance-rise',
    'relevance rises by more than 2 under explore-exploit',
    [best],
    audiences,
    (runsOf) => meanOf(runsOf(best), relevanceGain),
    'relevance',
    above(2),
  )
  for (const [key, personas, points] of [
    ['single-rise', 1, 11],
    ['three-rise', 3, 7],
  ] as const) {
    judge(
      key,
      `CTR rises by more than ${points} points for ${personas === 1 ? 'one persona' : 'three personas'} under explore-exploit`,
      [best],
      audiences.filter((one) => one.personas === personas),
      (runsOf) => meanOf(runsOf(best), gain),
      'ctr',
      above(points / 100),
    )
  }
  return claims
}

const VERDICT_WORDS: readonly (readonly [Verdict, string])[] = [
  ['holds', 'holds'],
  ['does-not-hold', 'does not hold'],
  ['not-clear', 'not clear'],
  ['not-tested', 'not tested'],
]

/** One line: which claims hold in this run and which do not. */
export function claimsLine(claims: readonly Claim[], writer: string, scorer: string): string {
  const parts = VERDICT_WORDS.flatMap(([verdict, words]) => {
    const texts = claims.filter((claim) => claim.verdict === verdict).map(({ text }) => text)
    return texts.length === 0 ? [] : [`${words}: ${texts.join('; ')}`]
  })
  return `The paper's claims with writer ${writer} and scorer ${scorer}: ${parts.join('. ')}.`
}

function gain(run: RunFigures): number {
  return lastCtr(run) - firstCtr(run)
}

/** NaN where the audience does not tell relevance. */
function relevanceGain({ averageRelevances }: RunFigures): number {
  return (averageRelevances.at(-1) ?? Number.NaN) - (averageRelevances[0] ?? Number.NaN)
}

function above(limit: number) {
  return ({ interval }: Estimate): Verdict => {
    if (interval === null) return 'not-clear'
    if (interval[0] > limit) return 'holds'
    return interval[1] <= limit ? 'does-not-hold' : 'not-clear'
  }
}

function within(limit: number) {
  return ({ interval }: Estimate): Verdict => {
    if (interval === null) return 'not-clear'
    if (interval[0] >= -limit && interval[1] <= limit) return 'holds'
    return interval[0] > limit || interval[1] < -limit ? 'does-not-hold' : 'not-clear'
  }
}
