import { createHash } from 'node:crypto'
import { availableParallelism } from 'node:os'
import type { Writer, WriterAnswer } from '../src/ports/writer.ts'
import type { Bench, BenchReport, CaseReport } from './harness/bench.ts'
import { fromBuild } from './harness/from-build.ts'
import { measuredForm } from './harness/rounds.ts'
import { type BareEngine, bareEngine } from './writer/bare-engine.ts'
import { REQUESTS, writerRequest } from './writer/requests.ts'

const ROUNDS = 5
/** As many as the loop asks for one place. */
const SAMPLES = 4
const CONTEXT_TOKENS = 3072
/** The local writer's; not exported, so a change there must be made here too. */
const MIN_P = 0.05
/** Requests of a round. */
const REQUESTS_A_ROUND = 4

const NAMES = Object.keys(REQUESTS) as (keyof typeof REQUESTS)[]

export const bench: Bench = {
  name: 'scheduler',
  question:
    'How many texts a second does the scheduler get out of the local writer, beside the bare engine with as many contexts? Clock time.',
  async run(log) {
    const { renderRequest } =
      await fromBuild<typeof import('../src/core/prompts/render.ts')>('core/prompts/render.js')
    const { localWriter } =
      await fromBuild<typeof import('../src/adapters/writer/local.ts')>('adapters/writer/local.js')
    const { sideBySide } = await fromBuild<typeof import('../src/lab/scheduler/side-by-side.ts')>(
      'lab/scheduler/side-by-side.js',
    )
    const { loadTask } = await fromBuild<typeof import('../src/lab/task-file.ts')>('lab/task-file.js')
    const { requiredModel } = await fromBuild<typeof import('../src/testing/installed-models.ts')>(
      'testing/installed-models.js',
    )
    const model = await requiredModel('gemma-3-270m')
    const { task } = await loadTask('shopping-question')
    const most = Math.min(4, availableParallelism())
    const atOnce = [...new Set([1, most])]
    const writers = new Map<number, Writer>()
    const engines: BareEngine[] = []
    const rates = new Map<string, number[]>()
    const hash = createHash('sha256')
    try {
      const options = { modelPath: model.mainPath, modelName: model.name, contextTokens: CONTEXT_TOKENS }
      for (const count of atOnce) {
        writers.set(count, await localWriter({ ...options, threads: 1, parallelRequests: count }))
      }
      while (engines.length < most) engines.push(await bareEngine(model.mainPath, 1, 1, CONTEXT_TOKENS))
      for (let round = -1; round < ROUNDS; round++) {
        log(round < 0 ? 'warm-up' : `round ${round + 1} of ${ROUNDS}`)
        const requests = Array.from({ length: REQUESTS_A_ROUND }, (_, index) => {
          const name = NAMES[index % NAMES.length] as keyof typeof REQUESTS
          // Examples of its own for each, so that no request pays for another's prompt.
          const rotation = (round + 1) * REQUESTS_A_ROUND + index
          return writerRequest(renderRequest, task, name, rotation, SAMPLES)
        })
        for (const count of round % 2 === 0 ? atOnce : [...atOnce].reverse()) {
          const writer = writers.get(count) as Writer
          const answers = new Array<WriterAnswer>(requests.length)
          const scheduled = await seconds(() =>
            sideBySide(requests.entries(), count, async ([index, request]) => {
              answers[index] = await writer.write(request)
            }),
          )
          const texts = answers.map((answer) => answer.texts.map(({ text }) => text))
          hash.update(JSON.stringify(texts))
          const free = engines.slice(0, count)
          const bare = await seconds(() =>
            sideBySide(requests.entries(), count, async ([index, { prompt, seed, samplingTemperature }]) => {
              const engine = free.pop() as BareEngine
              const { prefix, tail } = engine.tokens(prompt.prefix, prompt.tail)
              // As many tokens as the writer took, so that both do the same work.
              const { outputTokens } = (answers[index] as WriterAnswer).usage
              const tokensEach = Math.max(1, Math.round(outputTokens / SAMPLES))
              const sampling = { temperature: samplingTemperature, minP: MIN_P, seed }
              await engine.sample([...prefix, ...tail], SAMPLES, tokensEach, sampling, 1)
              free.push(engine)
            }),
          )
          if (round < 0) continue
          const made = SAMPLES * requests.length
          add(rates, `${count} scheduler`, made / scheduled)
          add(rates, `${count} bare`, made / bare)
          add(rates, `${count} share`, (100 * bare) / scheduled)
        }
      }
    } finally {
      for (const engine of engines) await engine.close()
      for (const writer of writers.values()) await writer.close()
    }
    return report(atOnce, rates, hash.digest('hex').slice(0, 16), model.name)
  },
}

function report(
  atOnce: readonly number[],
  rates: ReadonlyMap<string, readonly number[]>,
  resultHash: string,
  model: string,
): BenchReport {
  const of = (key: string) => rates.get(key) ?? []
  const cases = atOnce.map(
    (count): CaseReport => ({
      name: `${count} ${count === 1 ? 'request' : 'requests'} at a time`,
      forms: [
        measuredForm('forage, scheduler and local writer', of(`${count} scheduler`), 'texts/s'),
        measuredForm('bare engine', of(`${count} bare`), 'texts/s', true),
        measuredForm('share of the bare engine', of(`${count} share`), '%'),
      ],
    }),
  )
  return {
    cases,
    claims: [],
    versions: { model, threads: 'one a request' },
    resultHash,
    notes: [
      `Requests of ${SAMPLES} samples, each prompt with examples of its own, as in the loop on shopping topics. The bare engine (node-llama-cpp, a context for each request) evaluates the same prompts and takes as many tokens, without confidence, without making text of them. Shares are taken within rounds. There is no target. Each text is the same whatever is asked beside it: the hash holds those of both.`,
    ],
  }
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

function add(rates: Map<string, number[]>, key: string, value: number): void {
  rates.set(key, [...(rates.get(key) ?? []), value])
}
