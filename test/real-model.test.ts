import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { embeddingScorer } from '../src/adapters/relevance-scorer/embedding.ts'
import { type LocalWriterOptions, localWriter } from '../src/adapters/writer/local.ts'
import { checkCandidate } from '../src/core/checks/check-candidate.ts'
import { InputError } from '../src/core/errors.ts'
import { renderRequest } from '../src/core/prompts/render.ts'
import { DEFAULT_SETTINGS } from '../src/core/settings.ts'
import type { TaskDefinition } from '../src/core/task.ts'
import { loadAudience } from '../src/lab/audience-file.ts'
import type { IterationFinished, RunEvent } from '../src/lab/run-events.ts'
import { loadTask } from '../src/lab/task-file.ts'
import { run } from '../src/library/run.ts'
import type { Encoder } from '../src/ports/encoder.ts'
import type { Writer, WriterAnswer, WriterRequest } from '../src/ports/writer.ts'
import { simulatedAudience } from '../src/simulator/audience.ts'
import { requiredMinilm, requiredModel } from '../src/testing/installed-models.ts'
import { conformanceRequest, describeWriter } from '../src/testing/writer-conformance.ts'

// Both models must have been pulled; see CONTRIBUTING.md.

const MINUTES = 60_000

async function gemma(
  options: Pick<LocalWriterOptions, 'rendering' | 'parallelRequests'> = {},
): Promise<Writer> {
  const { mainPath } = await requiredModel('gemma-3-270m')
  return localWriter({ modelPath: mainPath, modelName: 'gemma-3-270m', ...options })
}

describeWriter('the local writer on Gemma 3 270M', () => gemma(), { timeoutMs: 3 * MINUTES })

describe('the loop on Gemma 3 270M and MiniLM', () => {
  let writer: Writer
  let encoder: Encoder
  let task: TaskDefinition
  beforeAll(async () => {
    writer = await gemma()
    encoder = await requiredMinilm()
    task = (await loadTask('shopping-question')).task
  })
  afterAll(async () => {
    await writer?.close()
    await encoder?.close()
  })

  async function events(): Promise<RunEvent[]> {
    const { name, population } = await loadAudience('ethics')
    const audience = simulatedAudience({ name, population, scorer: embeddingScorer({ encoder }) })
    const settings = { iterations: 3 }
    return collected(run({ task, topic: 'Rain Boots', writer, encoder, audience, settings, seed: 3 }))
  }

  test(
    'keeps its pool, lets in only what passes the checks, and repeats itself to the letter',
    async () => {
      const first = await events()
      const iterations = first.filter(
        (event): event is IterationFinished => event.kind === 'iteration-finished',
      )
      expect(iterations.map(({ pool }) => pool.length)).toEqual([5, 5, 5, 5])
      const context = { key: 'any', task: task.key, topic: 'Rain Boots' }
      for (const { text } of iterations.flatMap(({ pool }) => pool)) {
        const check = { task, context, earlier: [], vectorOf: () => undefined }
        expect(checkCandidate({ text }, check)).toBeNull()
      }
      const second = await events()
      // Seconds are the only thing that may differ between two runs of the model.
      expect(withoutSeconds(second)).toEqual(withoutSeconds(first))
    },
    5 * MINUTES,
  )
})

describe('the local writer', () => {
  test(
    'gets JSON by the schema out of any model when it is asked by chat',
    async () => {
      const writer = await gemma({ rendering: 'chat' })
      const { task } = await loadTask('shopping-question')
      const context = { key: 'any', task: task.key, topic: 'Rain Boots' }
      const seed = { mode: 'seed', prompt: 'seed', count: 2, shown: [], parents: [] } as const
      const { prompt } = renderRequest('chat', seed, task, context, DEFAULT_SETTINGS, 1, 0)
      const request: WriterRequest = {
        prompt,
        samples: 1,
        seed: 1,
        samplingTemperature: 0.5,
        outputTokensMax: 200,
      }
      const answer = await writer.write(request)
      await writer.close()
      const text = answer.texts[0]
      expect(answer.usage.inputTokens).toBeGreaterThan(100)
      // A base model may leave the list empty; the grammar sees to it that there is one.
      if (text?.isCutOff !== true) expect(JSON.parse(text!.text)).toEqual({ items: expect.any(Array) })
    },
    3 * MINUTES,
  )

  test(
    'writes two requests at once as it writes them one after another',
    async () => {
      const requests = [11, 12, 13].map((seed) => conformanceRequest('completion', { seed, samples: 3 }))
      const [alone, together] = [await gemma(), await gemma({ parallelRequests: 2 })]
      const texts = (answers: readonly WriterAnswer[]) => answers.map((answer) => answer.texts)
      const oneByOne: WriterAnswer[] = []
      for (const request of requests) oneByOne.push(await alone.write(request))
      const atOnce = await Promise.all(requests.map((request) => together.write(request)))
      await Promise.all([alone.close(), together.close()])
      expect(texts(atOnce)).toEqual(texts(oneByOne))
    },
    3 * MINUTES,
  )

  test('refuses a file that is no GGUF, and one that is not there', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'forage-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const path = join(directory, 'model.gguf')
    await writeFile(path, 'plain text')
    await expect(localWriter({ modelPath: path, modelName: 'x' })).rejects.toThrow(/not a GGUF model file/)
    await expect(localWriter({ modelPath: join(directory, 'none.gguf'), modelName: 'x' })).rejects.toThrow(
      InputError,
    )
  })

  test('says in one line that a broken GGUF cannot be loaded', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'forage-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const path = join(directory, 'model.gguf')
    await writeFile(path, Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(5000, 7)]))
    await expect(localWriter({ modelPath: path, modelName: 'x' })).rejects.toMatchObject({
      code: 'writer-unavailable',
      message: expect.stringMatching(/^[^\n]*could not be loaded[^\n]*$/),
    })
  })
})

async function collected(events: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const all: RunEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

function withoutSeconds(events: readonly RunEvent[]): unknown {
  return JSON.parse(JSON.stringify(events, (key, value: unknown) => (key === 'seconds' ? 0 : value)))
}
