import { carriedLeads, type GroupCounts } from '../../../core/statistics/carried-lead.ts'
import type { FastRandom } from '../../../simulator/fast-random.ts'
import { clickedPlace, type Share, shareOf } from './study.ts'

const UTILITIES = [0.02, 0.025, 0.03, 0.05, 0.06]
const GROUPS = 200
const VISITS = 20_000

/** Share of rounds in which some lead is found to be carried by one group: honest ones, and with a flood. */
export function carriedAlarms(rounds: number): { name: string; share: Share }[] {
  return [
    { name: '200 honest groups of very unequal size', flood: 0 },
    { name: 'and one that clicks the worst item 200 times', flood: 200 },
  ].map(({ name, flood }) => ({
    name,
    share: shareOf(rounds, ['groups', name], (random) => {
      const found = carriedLeads([...honestGroups(random), floodOf(flood)])
      return flood === 0
        ? found.length > 0
        : found.some(({ group, leader }) => group === 'flood' && leader === 0)
    }),
  }))
}

/** Group g makes a share of the visits in proportion to 1 / (g + 1): the largest about a sixth. */
function honestGroups(random: FastRandom): GroupCounts[] {
  const groups = Array.from({ length: GROUPS }, (_, group) => ({
    group: `network ${group}`,
    items: UTILITIES.map(() => ({ clicks: 0, noClickImpressions: 0 })),
  }))
  for (let visit = 0; visit < VISITS; visit++) {
    const group = Math.min(GROUPS - 1, Math.floor((GROUPS + 1) ** random.uniform()) - 1)
    const clicked = clickedPlace(UTILITIES, random)
    for (const [item, counts] of (groups[group] as (typeof groups)[number]).items.entries()) {
      if (clicked < 0) counts.noClickImpressions += 1
      else if (clicked === item) counts.clicks += 1
    }
  }
  return groups
}

function floodOf(clicks: number): GroupCounts {
  return {
    group: 'flood',
    items: UTILITIES.map((_, item) => ({ clicks: item === 0 ? clicks : 0, noClickImpressions: 0 })),
  }
}
