import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { modelsDirectory } from '../src/models/cache-directory.ts'
import type { Encoder } from '../src/ports/encoder.ts'
import type { Bench, BenchReport, CaseReport, Claim, FormReport } from './harness/bench.ts'
import { fromBuild } from './harness/from-build.ts'
import { median } from './harness/rounds.ts'
import { type ProcessFigures, wholeProcess } from './harness/whole-process.ts'

/** What is measured: the build's modules, or the sources' in the test. */
export interface LoopModules {
  readonly run: Pick<typeof import('../src/lab/run.ts'), 'runLoop'>
  readonly tasks: Pick<typeof import('../src/lab/task-file.ts'), 'loadTask'>
  readonly audiences: Pick<typeof import('../src/lab/audience-file.ts'), 'loadAudience'>
  readonly settings: Pick<typeof import('../src/core/settings.ts'), 'checkedSettings'>
  readonly strategies: Pick<typeof import('../src/core/strategies/index.ts'), 'STRATEGIES'>
  readonly grammar: Pick<typeof import('../src/adapters/writer/grammar.ts'), 'grammarWriter'>
  readonly scorers: Pick<typeof import('../src/adapters/relevance-scorer/length.ts'), 'wordCountScorer'>
  readonly simulator: Pick<typeof import('../src/simulator/audience.ts'), 'simulatedAudience'>
}

export interface LoopSizes {
  /** Iterations of a run. */
  readonly runs: readonly number[]
  readonly rounds: number
  /** A round times at least so many iterations of each size. */
  readonly iterationsTimed: number
  /** Whole processes of the command line to run, by iterations. */
  readonly processes: readonly number[]
}

const FULL: LoopSizes = { runs: [15, 200], rounds: 9, iterationsTimed: 150, processes: [15, 200] }

/** Milliseconds an iteration, and megabytes. */
const LOOP_MS_MAX = 5
const MEMORY_MB_MAX = 200

/**
 * More than the checks keep at a time: a run finds nothing worked out that the run before it left behind, as in a
 * process of its own.
 */
const TOPICS = (
  'Rice Cookers,Telescopes,Garden Hoses,Vacuums,Drills,Area Rugs,Tea Kettles,Desk Lamps,Hair Combs,Bath Bombs,' +
  'Wall Clocks,Blenders,Backpacks,Umbrellas,Sleeping Bags,Toasters,Bicycle Pumps,Safety Gloves,Baking Trays,Spoons'
).split(',')

export const bench: Bench = {
  name: 'loop',
  question:
    "How long does the loop itself take an iteration, and how much memory does a run, without a model's part? Processor time of all threads.",
  async run(log) {
    const modules: LoopModules = {
      run: await fromBuild('lab/run.js'),
      tasks: await fromBuild('lab/task-file.js'),
      audiences: await fromBuild('lab/audience-file.js'),
      settings: await fromBuild('core/settings.js'),
      strategies: await fromBuild('core/strategies/index.js'),
      grammar: await fromBuild('adapters/writer/grammar.js'),
      scorers: await fromBuild('adapters/relevance-scorer/length.js'),
      simulator: await fromBuild('simulator/audience.js'),
    }
    const { requiredMinilm } = await fromBuild<typeof import('../src/testing/installed-models.ts')>(
      'testing/installed-models.js',
    )
    const encoder = await requiredMinilm()
    try {
      return await runLoopBench(modules, FULL, encoder, log)
    } finally {
      await encoder.close()
    }
  },
}

/** @param encoder its vectors are made before anything is timed */
export async function runLoopBench(
  modules: LoopModules,
  sizes: LoopSizes,
  encoder: Encoder,
  log: (line: string) => void,
): Promise<BenchReport> {
  const cases: CaseReport[] = []
  const claims: Claim[] = []
  // First, while this process is small: a child's figures must not hold its parent's memory.
  for (const iterations of sizes.processes) {
    log(`whole processes, ${iterations} iterations`)
    const withoutModels = await wholeRun(iterations)
    const withMinilm = await wholeRun(iterations, modelsDirectory(process.env.FORAGE_HOME))
    cases.push({
      name: `forage run --writer grammar --scorer words, ${iterations} iterations, whole process`,
      forms: [
        single('peak memory, no model installed', withoutModels.peakMegabytes, 'MB'),
        single('peak memory, MiniLM loaded for near-duplicates', withMinilm.peakMegabytes, 'MB'),
        single('processor time from start to end, no model installed', withoutModels.processorMs, 'ms'),
      ],
    })
    claims.push({
      text: `${iterations} iterations, whole process without a model: peak memory in MB`,
      wanted: MEMORY_MB_MAX,
      atMost: true,
      got: withoutModels.peakMegabytes,
    })
  }
  const kept = keptVectors(encoder)
  const hash = createHash('sha256')
  const timed = new Map(sizes.runs.map((iterations) => [iterations, { whole: [], writer: [] } as Times]))
  for (const iterations of sizes.runs) {
    log(`vectors for ${iterations} iterations`)
    for (const topic of TOPICS) hash.update((await timedRun(modules, topic, iterations, kept)).pools)
  }
  let turn = 0
  for (let round = 0; round < sizes.rounds; round++) {
    log(`round ${round + 1} of ${sizes.rounds}`)
    for (const [iterations, times] of timed) {
      let sums = { whole: 0, writer: 0, iterations: 0 }
      while (sums.iterations < sizes.iterationsTimed) {
        const topic = TOPICS[turn++ % TOPICS.length] as string
        const { wholeMs, writerMs } = await timedRun(modules, topic, iterations, kept)
        sums = {
          whole: sums.whole + wholeMs,
          writer: sums.writer + writerMs,
          iterations: sums.iterations + iterations,
        }
      }
      times.whole.push(sums.whole / sums.iterations)
      times.writer.push(sums.writer / sums.iterations)
    }
  }
  for (const [iterations, { whole, writer }] of timed) {
    const all = formOf('forage, the whole loop with the grammar writer, an iteration', whole)
    cases.push({
      name: `explore-exploit, ${iterations} iterations, vectors kept`,
      forms: [all, formOf('of that, the grammar writer', writer)],
    })
    claims.push({
      text: `${iterations} iterations: milliseconds of the loop an iteration, the grammar writer included`,
      wanted: LOOP_MS_MAX,
      atMost: true,
      got: all.median,
      spread: all.spread,
    })
  }
  return {
    cases,
    claims,
    versions: {},
    resultHash: hash.digest('hex').slice(0, 16),
    notes: [
      'Targets are absolute: there is no rival. Each run has a topic that the checks have forgotten. In long runs the grammar runs out of new texts, so that most requests are asked again until their attempts are used up: a hard case.',
    ],
  }
}

interface Times {
  readonly whole: number[]
  readonly writer: number[]
}

async function timedRun(
  { run, tasks, audiences, settings, strategies, grammar, scorers, simulator }: LoopModules,
  topic: string,
  iterations: number,
  encoder: Encoder,
): Promise<{ wholeMs: number; writerMs: number; pools: string }> {
  const { task } = await tasks.loadTask('shopping-question')
  const { population } = await audiences.loadAudience('price')
  const strategy = strategies.STRATEGIES.get('explore-exploit')
  if (strategy === undefined) throw new Error('explore-exploit is no strategy')
  const writer = grammar.grammarWriter()
  let writerMs = 0
  const pools: string[] = []
  const start = process.cpuUsage()
  const events = run.runLoop({
    task,
    context: { key: `${task.key}/${topic}`, task: task.key, topic },
    settings: settings.checkedSettings({ iterations }),
    strategy,
    writer: {
      ...writer,
      async write(request, signal) {
        const writerStart = process.cpuUsage()
        const answer = await writer.write(request, signal)
        writerMs += processorMs(writerStart)
        return answer
      },
    },
    audience: simulator.simulatedAudience({ name: 'price', population, scorer: scorers.wordCountScorer() }),
    scorerName: 'words',
    seed: 1,
    encoder,
  })
  for await (const event of events) {
    if (event.kind === 'iteration-finished') pools.push(event.pool.map(({ text }) => text).join('\n'))
  }
  const wholeMs = processorMs(start)
  return { wholeMs, writerMs, pools: pools.join('\n\n') }
}

function processorMs(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

function keptVectors(encoder: Encoder): Encoder {
  const kept = new Map<string, Float32Array>()
  return {
    ...encoder,
    async embed(texts, signal) {
      for (const text of texts) {
        if (!kept.has(text)) kept.set(text, (await encoder.embed([text], signal))[0] as Float32Array)
      }
      return texts.map((text) => kept.get(text) as Float32Array)
    },
  }
}

/** @param models where models are; none when left out. Vectors of earlier runs are not there either way. */
async function wholeRun(iterations: number, models?: string): Promise<ProcessFigures> {
  const flags =
    `run --task shopping-question --topic Telescopes --audience price --writer grammar --scorer words --json --iterations ${iterations}`.split(
      ' ',
    )
  return wholeProcess((folder) => [...flags, '--out', join(folder, 'run')], models)
}

function formOf(name: string, values: readonly number[]): FormReport {
  return {
    name,
    isRival: false,
    median: median(values),
    spread: [Math.min(...values), Math.max(...values)],
    unit: 'ms',
  }
}

function single(name: string, value: number, unit: string): FormReport {
  return { name, isRival: false, median: value, spread: [value, value], unit }
}
