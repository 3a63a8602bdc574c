import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench, BenchReport, CaseReport, Claim, FormReport } from './harness/bench.ts'
import { fromBuild } from './harness/from-build.ts'
import { measuredForm } from './harness/rounds.ts'
import { wholeProcess } from './harness/whole-process.ts'

/** What is measured: the build's modules, or the sources' in the test. */
export interface LabModules {
  readonly plan: Pick<typeof import('../src/lab/experiments/plan.ts'), 'casesOf'>
  readonly runs: Pick<typeof import('../src/lab/experiments/run-case.ts'), 'runCase'>
  readonly topics: Pick<typeof import('../src/lab/topic-set.ts'), 'loadTopicSet'>
  readonly settings: Pick<typeof import('../src/core/settings.ts'), 'checkedSettings'>
  readonly strategies: Pick<typeof import('../src/core/strategies/index.ts'), 'STRATEGIES'>
  readonly grammar: Pick<typeof import('../src/adapters/writer/grammar.ts'), 'grammarWriter'>
  readonly scorers: Pick<typeof import('../src/adapters/relevance-scorer/length.ts'), 'wordCountScorer'>
  readonly simulator: Pick<typeof import('../src/simulator/audience.ts'), 'simulatedAudience'>
}

export interface LabSizes {
  /** Topics of each built-in set whose runs are timed one by one. */
  readonly topicsTimed: number
  readonly rounds: number
  /** Whether the whole `paper` preset is run. */
  readonly hasPaper: boolean
  /** Sizes of made-up topic sets, smallest first, each a process of its own. */
  readonly scales: readonly number[]
}

const FULL: LabSizes = { topicsTimed: 50, rounds: 5, hasPaper: true, scales: [50, 500, 5000] }

const RUNS_PER_SECOND_MIN = 100
const PAPER_SECONDS_MAX = 180
const MEMORY_MB_MAX = 1000
/** A topic more may take so much longer in the largest set than in the middle one. */
const GROWTH_MAX = 1.25

const STRATEGY_NAMES = ['no-drop', 'random-ctr', 'partial-ctr', 'full-ctr', 'explore-exploit']

export const bench: Bench = {
  name: 'lab',
  question:
    'How many runs a second does the lab make where no model is asked, how long does the `paper` preset take, and does it grow in proportion to the topics? Processor time, but where the clock is named.',
  async run(log) {
    const modules: LabModules = {
      plan: await fromBuild('lab/experiments/plan.js'),
      runs: await fromBuild('lab/experiments/run-case.js'),
      topics: await fromBuild('lab/topic-set.js'),
      settings: await fromBuild('core/settings.js'),
      strategies: await fromBuild('core/strategies/index.js'),
      grammar: await fromBuild('adapters/writer/grammar.js'),
      scorers: await fromBuild('adapters/relevance-scorer/length.js'),
      simulator: await fromBuild('simulator/audience.js'),
    }
    return runLabBench(modules, FULL, log)
  },
}

export async function runLabBench(
  modules: LabModules,
  sizes: LabSizes,
  log: (line: string) => void,
): Promise<BenchReport> {
  const cases: CaseReport[] = []
  const claims: Claim[] = []
  if (sizes.hasPaper) await addPaper(cases, claims, log)
  if (sizes.scales.length > 0) await addScales(sizes.scales, cases, claims, log)
  const hash = createHash('sha256')
  const rates = new Map<number, number[]>([
    [1, []],
    [5, []],
  ])
  // The first round warms up.
  for (let round = -1; round < sizes.rounds; round++) {
    log(round < 0 ? 'single runs, warm-up' : `single runs, round ${round + 1} of ${sizes.rounds}`)
    for (const [audiences, of] of rates) {
      const { runs, seconds, text } = await timedRuns(modules, sizes.topicsTimed, audiences)
      if (round < 0) hash.update(text)
      else of.push(runs / seconds)
    }
  }
  const forms = [...rates].map(([audiences, of]) =>
    measuredForm(`${audiences} ${audiences === 1 ? 'audience' : 'audiences'} a topic`, of, 'runs/s'),
  )
  cases.push({
    name: `runs of 15 iterations, five strategies, grammar writer, scores kept, ${sizes.topicsTimed} topics a set`,
    forms,
  })
  const alone = forms[0] as FormReport
  claims.push({
    text: 'runs of 15 iterations a second on one core, each topic new to the process',
    wanted: RUNS_PER_SECOND_MIN,
    got: alone.median,
    spread: alone.spread,
  })
  return {
    cases,
    claims,
    versions: {},
    resultHash: hash.digest('hex').slice(0, 16),
    notes: [
      'Targets are absolute: there is no rival. Relevance is a count of words, which costs no more than looking up a kept score. With five audiences a topic most texts of a topic have been checked before, as in the `paper` preset, which has five or six. Made-up topics are shopping topics of two words, before one audience, by all five strategies.',
    ],
  }
}

async function addPaper(cases: CaseReport[], claims: Claim[], log: (line: string) => void): Promise<void> {
  log('the paper preset')
  const { clockMs, processorMs, peakMegabytes } = await wholeProcess((folder) => [
    ...'lab table5 --preset paper --writer grammar --scorer words --yes --json --out'.split(' '),
    join(folder, 'results'),
  ])
  cases.push({
    name: 'forage lab table5 --preset paper --writer grammar --scorer words: 2,750 runs, whole process',
    forms: [
      measuredForm('from start to end, by the clock', [clockMs / 1000], 's'),
      measuredForm('processor time', [processorMs / 1000], 's'),
      measuredForm('peak memory', [peakMegabytes], 'MB'),
    ],
  })
  claims.push(
    {
      text: 'the paper preset: seconds by the clock',
      wanted: PAPER_SECONDS_MAX,
      atMost: true,
      got: clockMs / 1000,
    },
    { text: 'the paper preset: peak memory in MB', wanted: MEMORY_MB_MAX, atMost: true, got: peakMegabytes },
  )
}

async function addScales(
  scales: readonly number[],
  cases: CaseReport[],
  claims: Claim[],
  log: (line: string) => void,
): Promise<void> {
  const msOfTopic: number[] = []
  let peak = 0
  for (const count of scales) {
    log(`${count} made-up topics`)
    const { processorMs, peakMegabytes } = await wholeProcess((folder) => {
      const path = join(folder, 'topics.json')
      writeFileSync(path, JSON.stringify(madeUpTopics(count)))
      return [
        ...`lab table5 --preset paper --writer grammar --scorer words --yes --json --topics ${path} --out`.split(
          ' ',
        ),
        join(folder, 'results'),
      ]
    })
    msOfTopic.push(processorMs / count)
    peak = peakMegabytes
    cases.push({
      name: `table5, ${count} made-up topics before one audience: ${5 * count} runs, whole process`,
      forms: [
        measuredForm('processor time', [processorMs / 1000], 's'),
        measuredForm('processor time a topic', [processorMs / count], 'ms'),
        measuredForm('peak memory', [peakMegabytes], 'MB'),
      ],
    })
  }
  claims.push({
    text: `${scales.at(-1)} topics: peak memory in MB`,
    wanted: MEMORY_MB_MAX,
    atMost: true,
    got: peak,
  })
  const [before, last] = msOfTopic.slice(-2) as [number, number | undefined]
  if (last === undefined) return
  claims.push({
    text: `processor time a topic with ${scales.at(-1)} topics over that with ${scales.at(-2)}`,
    wanted: GROWTH_MAX,
    atMost: true,
    got: last / before,
  })
}

async function timedRuns(
  { plan, runs, topics, settings, strategies, grammar, scorers, simulator }: LabModules,
  topicsMax: number,
  audiencesMax: number,
): Promise<{ runs: number; seconds: number; text: string }> {
  const scorer = scorers.wordCountScorer()
  const sets = await Promise.all(['shopping', 'general-knowledge'].map((set) => topics.loadTopicSet(set)))
  const all = plan.casesOf({
    experiment: 'table5',
    preset: 'bench',
    strategies: STRATEGY_NAMES,
    seeds: [1],
    settings: settings.checkedSettings({}),
    domains: sets.map((set) => ({
      ...set,
      topics: set.topics.slice(0, topicsMax),
      audiences: set.audiences.slice(0, audiencesMax),
    })),
  })
  const writer = grammar.grammarWriter()
  const texts: string[] = []
  const start = process.cpuUsage()
  for (const one of all) {
    const line = await runs.runCase(one, {
      strategies: strategies.STRATEGIES,
      writer,
      scorerName: scorer.name,
      allowMatched: false,
      audienceOf: ({ audience: { name, population } }) =>
        simulator.simulatedAudience({ name, population, scorer }),
    })
    texts.push(JSON.stringify(line))
  }
  const { user, system } = process.cpuUsage(start)
  return { runs: texts.length, seconds: (user + system) / 1e6, text: texts.join('\n') }
}

const KINDS = (
  'Red,Small,Steel,Wooden,Folding,Cordless,Outdoor,Ceramic,Heavy,Quiet,Solar,Leather,Vintage,Marine,Garden,Travel,' +
  'Studio,Nordic,Cotton,Copper,Glass,Bamboo,Office,Winter,Summer,Camping,Kitchen,Digital,Portable,Mini,Rustic,Silver,' +
  'Golden,Woolen,Linen,Rubber,Magnetic,Round,Square,Tall,Narrow,Wide,Padded,Foldable,Stackable,Striped,Plain,Painted,' +
  'Carved,Woven,Hanging,Rolling,Rotating,Electric,Manual,Budget,Premium,Compact,Giant,Slim,Thick,Light,Dark,White,Black,' +
  'Blue,Green,Yellow,Purple,Orange,Pink,Brown,Grey,Clear,Frosted,Matte,Polished,Brushed,Waxed,Oiled,Insulated,Heated,' +
  'Cooled,Sealed,Vented,Locking,Sliding,Swivel,Corner,Wall,Floor,Ceiling,Desk,Bedside,Hallway,Balcony,Rooftop,Patio,' +
  'Pocket,Handheld'
).split(',')
const THINGS = (
  'Kettles,Lamps,Chairs,Tables,Clocks,Mugs,Knives,Ladders,Buckets,Rakes,Gloves,Boots,Tents,Radios,Mirrors,Shelves,' +
  'Baskets,Brushes,Drums,Flutes,Candles,Pillows,Blankets,Curtains,Rugs,Vases,Bowls,Plates,Forks,Spoons,Whisks,Graters,' +
  'Scales,Timers,Fans,Heaters,Pumps,Hoses,Drills,Saws,Hammers,Wrenches,Pliers,Screws,Hooks,Ropes,Bicycles,Helmets,' +
  'Wallets,Umbrellas'
).split(',')

/** A topic set of so many topics, at most 5,000, as people write them in a file. */
export function madeUpTopics(count: number): object {
  const topics = Array.from({ length: count }, (_, index) => ({
    topic: `${KINDS[Math.floor(index / THINGS.length)]} ${THINGS[index % THINGS.length]}`,
  }))
  return { key: 'made-up', name: 'Made up', task: 'shopping-question', audiences: ['price'], topics }
}
