import Table from 'cli-table3'
import { counted, percent, points } from './figures.ts'
import { printable } from './terminal-text.ts'
import type { ServedStatistics } from './visit-service.ts'

type Arm = ServedStatistics['arms'][number]
type Comparison = ServedStatistics['comparisons'][number]

const TEXT_MAX = 60

/** All that is known of a context: arms, lift and cost first, then the items and iterations of each arm. */
export function statisticsText(context: string, statistics: ServedStatistics): string {
  const { at, arms, open } = statistics
  const events = open.impressions + open.clicks
  const waiting = events === 0 ? '' : `; ${counted(events)} events wait for the end of their slates`
  const lines = [`${printable(context)} at ${at}${waiting}`, '', ...armLines(arms), ...lookLines(statistics)]
  for (const arm of arms) if (arm.slates > 0 || arm.items.length > 0) lines.push('', ...armDetails(arm))
  return `${lines.join('\n')}\n`
}

/** CTR of each arm, with its visits and its interval. */
export function armLines(arms: readonly Arm[]): string[] {
  return arms.map(({ arm, ctr, ctrInterval, slates, visitors, isServed }) => {
    const name = isServed ? arm : `${arm} (not served any more)`
    if (ctr === null) return `${name}: no visits counted yet`
    const range =
      ctrInterval === null
        ? 'no interval yet: too few visitors clicked'
        : `95 % at all looks: ${ctrInterval.map(percent).join(' to ')}`
    return `${name}: ${percent(ctr)} of ${counted(slates)} visits clicked (${counted(visitors)} visitors; ${range})`
  })
}

/** Lift, sample ratio, cost and warnings. */
export function lookLines({ arms, comparisons, sampleRatio, spend }: ServedStatistics): string[] {
  const lines = comparisons.flatMap(liftLines)
  if (sampleRatio?.isMismatch) {
    const came = sampleRatio.arms.reduce((sum, { visitors }) => sum + visitors, 0)
    const parts = sampleRatio.arms.map(
      ({ arm, share, visitors }) => `${arm} ${percent(visitors / came)} (configured ${percent(share)})`,
    )
    lines.push(`ALARM: visitors do not come to the arms as configured, so trust no lift: ${parts.join(', ')}`)
  }
  for (const { arm, carriedLead } of arms) {
    if (carriedLead === null) continue
    const { leader, follower, networks, clicksShare } = carriedLead
    lines.push(
      `LOOK: in ${arm}, ${leader} leads ${follower} by the clicks of ${counted(networks)} network${networks === 1 ? '' : 's'} alone (${percent(clicksShare)} of its clicks)`,
    )
  }
  for (const [reason, visits] of leftOut(arms)) {
    lines.push(`Left out of the counts: ${counted(visits)} visits, ${reason}`)
  }
  const unpriced = spend.unpriced === 0 ? '' : `, and ${counted(spend.unpriced)} calls of unknown price`
  lines.push(
    `Writing so far: ${counted(spend.calls)} calls, ${counted(spend.tokens)} tokens, $${spend.costUsd.toFixed(4)}${unpriced}`,
  )
  return lines
}

function liftLines({ against, lift, waitsFor, extraClicks }: Comparison): string[] {
  const name = `Lift over ${against}`
  if (lift === null) {
    const parts = waitsFor.map(
      ({ arm, clickingVisitors, needed }) => `${arm} has ${Math.floor(clickingVisitors)} of ${needed}`,
    )
    const why =
      parts.length === 0
        ? ''
        : `; it takes ${waitsFor[0]?.needed} visitors who clicked in each arm: ${parts.join(', ')}`
    return [`${name}: not enough data yet${why}`]
  }
  const { absolute, relative } = lift
  const lines = [
    `${name}: ${points(absolute.estimate)} points over all visits so far (95 % at all looks: ${absolute.interval.map(points).join(' to ')}), ` +
      `${relative.estimate < 0 ? '' : '+'}${percent(relative.estimate)} of its CTR (${relative.interval.map(percent).join(' to ')})`,
  ]
  if (extraClicks !== null) lines.push(costLine(extraClicks))
  return lines
}

function costLine({ count, costUsd, costUsdInterval }: NonNullable<Comparison['extraClicks']>): string {
  const clicks = `Clicks beyond what the holdout would have had: ${counted(Math.round(count))}`
  if (costUsd === null) return `${clicks}; no cost of one can be told`
  if (costUsd === 0) return `${clicks}, written at no cost`
  const [low, high] = costUsdInterval ?? [null, null]
  const range = low === null ? '' : ` (${dollars(low)} to ${high === null ? 'no end' : dollars(high)})`
  return `${clicks}, at ${dollars(costUsd)} each${range}`
}

function dollars(value: number): string {
  return `$${value.toPrecision(2)}`
}

function leftOut(arms: readonly Arm[]): Map<string, number> {
  const all = new Map<string, number>()
  for (const arm of arms) {
    for (const [reason, visits] of Object.entries(arm.leftOut))
      all.set(reason, (all.get(reason) ?? 0) + visits)
  }
  return all
}

function armDetails({ arm, items, slotEffects, iterations }: Arm): string[] {
  const ranked = [...items].sort((a, b) => (b.utility ?? -1) - (a.utility ?? -1))
  const itemTable = table(
    ['Item', 'Worth v', '95 %', 'Clicks', 'Seen', 'CTR', 'Clicked by', 'Text'],
    [0, 2, 7],
  )
  for (const {
    id,
    isLive,
    utility,
    utilityInterval,
    clicks,
    impressions,
    ctr,
    visitors,
    networks,
    text,
  } of ranked) {
    itemTable.push([
      isLive ? id : `${id} (left)`,
      utility === null ? 'not yet' : utility.toFixed(3),
      utilityInterval === null || utility === null
        ? ''
        : utilityInterval.map((end) => end.toFixed(3)).join(' to '),
      counted(clicks),
      counted(impressions),
      ctr === null ? '' : percent(ctr),
      clicks === 0 ? '' : `${counted(visitors)} in ${counted(networks)} networks`,
      printable(text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1)}…` : text),
    ])
  }
  const iterationTable = table(
    ['Iteration', 'Visits', 'CTR', '95 % at all looks, of slates drawn uniformly'],
    [3],
  )
  for (const { iteration, slates, ctr, uniform } of iterations) {
    iterationTable.push([
      iteration,
      counted(slates),
      ctr === null ? '' : percent(ctr),
      uniform.interval === null
        ? ''
        : `${uniform.interval.map(percent).join(' to ')} (${counted(uniform.slates)})`,
    ])
  }
  const lines = [`${arm}: items, best first`, itemTable.toString()]
  lines.push('Worth v: the odds of a click on the item, shown alone in the strongest place, against none.')
  if (slotEffects.length > 1) lines.push(slotLine(slotEffects))
  if (iterations.length > 0) lines.push('', `${arm}: pools by iteration`, iterationTable.toString())
  return lines
}

function slotLine(effects: Arm['slotEffects']): string {
  const parts = effects.slice(1).map(({ slot, effect, interval, clicks, isEstimated }) => {
    if (!isEstimated || interval === undefined)
      return `place ${slot + 1} not enough clicks yet (${counted(clicks)})`
    return `place ${slot + 1} ${effect.toFixed(2)} (${interval.map((end) => end.toFixed(2)).join(' to ')}, ${counted(clicks)} clicks)`
  })
  return `Weight of a place against the first: ${parts.join('; ')}`
}

function table(head: string[], left: readonly number[]) {
  return new Table({
    head,
    style: { head: [], border: [], compact: true },
    colAligns: head.map((_, column) => (left.includes(column) ? 'left' : 'right')),
  })
}
