// Measures how far floods move an item under the default caps, and rewrites the figures of docs/reliability.md.
// Run: npx tsx src/lab/calibration/flood-effects.ts (no model; a minute)
import { percent, rewritePart, table } from './measured-page.ts'
import { FLOODS, type Flood, floodEffect } from './studies/floods.ts'
import { STUDY_SEED } from './studies/study.ts'

const ROUNDS = 200

function rowsOf(aim: Flood['aim']) {
  return FLOODS.filter((flood) => flood.aim === aim).map((flood) => {
    const { visitors, networks, slates, counted, measured, leaves, alarm } = floodEffect(ROUNDS, flood)
    return [
      visitors.toLocaleString('en'),
      networks.toLocaleString('en'),
      (visitors * slates).toLocaleString('en'),
      counted.toLocaleString('en'),
      measured.toFixed(3),
      percent(leaves),
      percent(alarm),
    ]
  })
}

const head = [
  'visitors',
  'networks',
  'visits',
  'of these counted',
  'measured v',
  'leaves in',
  '`carriedLead` in',
]

rewritePart(
  new URL('../../../docs/reliability.md', import.meta.url),
  'src/lab/calibration/flood-effects.ts',
  [
    `Seed ${STUDY_SEED}, ${ROUNDS} rounds.`,
    table('Each clicks the worst of the five, whose v is 0.02, wherever it is shown:', head, rowsOf('push')),
    table('Each looks at the best of the five, whose v is 0.12, and never clicks:', head, rowsOf('bury')),
  ],
)
