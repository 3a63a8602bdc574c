import { createHash } from 'node:crypto'
import type { TaskDefinition } from '../src/core/task.ts'
import type { InstalledModel } from '../src/models/installed.ts'
import type { Writer } from '../src/ports/writer.ts'
import type { Bench, BenchReport, CaseReport } from './harness/bench.ts'
import { fromBuild } from './harness/from-build.ts'
import { measuredForm } from './harness/rounds.ts'
import { type BareEngine, bareEngine } from './writer/bare-engine.ts'
import { REQUESTS, writerRequest } from './writer/requests.ts'

interface WriterModules {
  readonly render: typeof import('../src/core/prompts/render.ts')
  readonly local: typeof import('../src/adapters/writer/local.ts')
  readonly engine: typeof import('../src/adapters/writer/local-engine.ts')
}

const ROUNDS = 5
const SAMPLES = 8
const LANES = [1, 8] as const
const CONTEXT_TOKENS = 3072
/** The local writer's; not exported, so a change there must be made here too. */
const MIN_P = 0.05

type RequestName = keyof typeof REQUESTS
const NAMES = Object.keys(REQUESTS) as RequestName[]

export const bench: Bench = {
  name: 'writer',
  question:
    'What share of the bare engine’s speed does the local writer reach on the loop’s own prompts, and where does the rest go? Clock time.',
  async run(log) {
    const modules: WriterModules = {
      render: await fromBuild('core/prompts/render.js'),
      local: await fromBuild('adapters/writer/local.js'),
      engine: await fromBuild('adapters/writer/local-engine.js'),
    }
    const { loadTask } = await fromBuild<typeof import('../src/lab/task-file.ts')>('lab/task-file.js')
    const { requiredModel } = await fromBuild<typeof import('../src/testing/installed-models.ts')>(
      'testing/installed-models.js',
    )
    const model = await requiredModel('gemma-3-270m')
    const { task } = await loadTask('shopping-question')
    return withEngines(modules, model, (writers, bare, threads) =>
      measured(modules, task, writers, bare, threads, model, log),
    )
  },
}

async function withEngines<Result>(
  { local, engine }: WriterModules,
  model: InstalledModel,
  work: (writers: ReadonlyMap<number, Writer>, bare: BareEngine, threads: number) => Promise<Result>,
): Promise<Result> {
  const threads = engine.defaultThreads()
  const writers = new Map<number, Writer>()
  let bare: BareEngine | undefined
  try {
    for (const parallelSamples of LANES) {
      const options = { modelPath: model.mainPath, modelName: model.name, contextTokens: CONTEXT_TOKENS }
      writers.set(parallelSamples, await local.localWriter({ ...options, threads, parallelSamples }))
    }
    bare = await bareEngine(model.mainPath, threads, Math.max(...LANES), CONTEXT_TOKENS)
    return await work(writers, bare, threads)
  } finally {
    await bare?.close()
    for (const writer of writers.values()) await writer.close()
  }
}

/** Figures of all rounds by what they measure. */
type Rounds = Map<string, number[]>

async function measured(
  { render }: WriterModules,
  task: TaskDefinition,
  writers: ReadonlyMap<number, Writer>,
  bare: BareEngine,
  threads: number,
  model: InstalledModel,
  log: (line: string) => void,
): Promise<BenchReport> {
  const rates: Rounds = new Map()
  const pieces: Rounds = new Map()
  const hash = createHash('sha256')
  // The first round warms up: it loads the weights from the disk.
  for (let round = -1; round < ROUNDS; round++) {
    log(round < 0 ? 'warm-up' : `round ${round + 1} of ${ROUNDS}`)
    for (const [index, name] of NAMES.entries()) {
      // Seed and explore prompts begin alike: each gets examples of its own, or the one would pay for the other.
      const rotation = (round + 1) * NAMES.length + index
      const request = writerRequest(render.renderRequest, task, name, rotation, SAMPLES)
      const tokens = bare.tokens(request.prompt.prefix, request.prompt.tail)
      const sampling = { temperature: request.samplingTemperature, minP: MIN_P, seed: request.seed }
      for (const lanes of round % 2 === 0 ? LANES : [...LANES].reverse()) {
        const writer = writers.get(lanes) as Writer
        const start = performance.now()
        const { texts, usage } = await writer.write(request)
        const seconds = (performance.now() - start) / 1000
        if (lanes === 1) hash.update(JSON.stringify(texts.map(({ text }) => text)))
        // As many tokens as the writer took, so that both do the same work.
        const tokensEach = Math.max(1, Math.round(usage.outputTokens / SAMPLES))
        const prompt = [...tokens.prefix, ...tokens.tail]
        const bareSeconds = await bare.sample(prompt, SAMPLES, tokensEach, sampling, lanes)
        if (round >= 0) {
          const writerRate = usage.outputTokens / seconds
          const bareTokens = tokensEach * SAMPLES
          const bareRate = bareTokens / (bareSeconds.prompt + bareSeconds.samples)
          const sampleRate = bareTokens / bareSeconds.samples
          add(rates, rateKey(name, lanes, 'texts'), SAMPLES / seconds)
          add(rates, rateKey(name, lanes, 'writer'), writerRate)
          add(rates, rateKey(name, lanes, 'bare'), bareRate)
          add(rates, rateKey(name, lanes, 'bare samples'), sampleRate)
          add(rates, rateKey(name, lanes, 'share'), (100 * writerRate) / bareRate)
          add(rates, rateKey(name, lanes, 'share of samples'), (100 * writerRate) / sampleRate)
        }
        if (lanes === 1) {
          const parts = await bare.pieces(tokens, SAMPLES, tokensEach, sampling)
          if (round < 0) continue
          for (const [piece, milliseconds] of parts) add(pieces, `${name} ${piece}`, milliseconds / SAMPLES)
          add(pieces, `${name} whole`, (1000 * seconds) / SAMPLES)
        }
      }
    }
  }
  return {
    cases: [...rateCases(rates), ...NAMES.map((name) => pieceCase(name, pieces))],
    claims: [],
    versions: { model: model.name, threads: String(threads) },
    resultHash: hash.digest('hex').slice(0, 16),
    notes: [
      `${SAMPLES} samples a request, each prompt with examples of its own, as in the loop, so that the writer has rarely kept its prefix. The bare engine (node-llama-cpp) evaluates the same prompt in one batch and then takes as many tokens as the writer did, without confidence, without making text of them. Shares are taken within rounds. There is no target: the figures are for information.`,
    ],
  }
}

function add(rounds: Rounds, key: string, value: number): void {
  rounds.set(key, [...(rounds.get(key) ?? []), value])
}

type Rate = 'texts' | 'writer' | 'bare' | 'bare samples' | 'share' | 'share of samples'

function rateKey(name: string, lanes: number, what: Rate): string {
  return `${name} ${lanes} ${what}`
}

function rateCases(rates: Rounds): CaseReport[] {
  return LANES.flatMap((lanes) =>
    NAMES.map((name): CaseReport => {
      const of = (what: Rate) => rates.get(rateKey(name, lanes, what)) ?? []
      return {
        name: `${name} prompt, ${lanes === 1 ? 'one sample' : `${lanes} samples`} at a time`,
        forms: [
          measuredForm('forage, local writer', of('texts'), 'texts/s'),
          measuredForm('forage, local writer', of('writer'), 'tokens/s'),
          measuredForm('bare engine, prompt and samples', of('bare'), 'tokens/s', true),
          measuredForm('bare engine, samples alone', of('bare samples'), 'tokens/s', true),
          measuredForm('share of the bare engine, prompt and samples', of('share'), '%'),
          measuredForm('share of the bare engine, samples alone', of('share of samples'), '%'),
        ],
      }
    }),
  )
}

/** What no piece explains is what the writer adds around the engine; below 0, what it saves, or noise. */
function pieceCase(name: string, pieces: Rounds): CaseReport {
  const of = (piece: string) => pieces.get(`${name} ${piece}`) ?? []
  const names = [
    'prefill of the prefix',
    'prefill of the tail',
    'sampling alone',
    'going back',
    'detokenising',
  ]
  const confidence = of('sampling with confidence').map(
    (milliseconds, round) => milliseconds - (of('sampling alone')[round] as number),
  )
  const rest = of('whole').map((milliseconds, round) => {
    const explained = names.reduce((sum, piece) => sum + (of(piece)[round] as number), 0)
    return milliseconds - explained - (confidence[round] as number)
  })
  return {
    name: `${name} prompt, one sample at a time: where a text’s time goes`,
    forms: [
      measuredForm('forage, local writer, a text', of('whole'), 'ms'),
      ...names.map((piece) => measuredForm(piece, of(piece), 'ms')),
      measuredForm('confidence of the sampled tokens', confidence, 'ms'),
      measuredForm('not explained', rest, 'ms'),
    ],
  }
}
