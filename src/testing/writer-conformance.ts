import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ForageError } from '../core/errors.ts'
import type { Prompt } from '../core/prompts/prompt.ts'
import type { Writer, WriterRequest } from '../ports/writer.ts'

export interface WriterConformanceOptions {
  /** False for a replay, which knows only what was recorded: the requests of `recordedConformanceRequests`. Default true. */
  readonly answersAnything?: boolean
  /** Limit of one test in milliseconds, for real models. */
  readonly timeoutMs?: number
}

/** Words for a prompt of the suite. */
interface PromptWords {
  readonly instructions: string
  readonly list: string
}

const SHORT: PromptWords = {
  instructions: 'You write short questions about a product category. Answer with the JSON object alone.',
  list: 'How loud is a coffee maker?\n- Which coffee makers have a timer?',
}

/** One prompt in either rendering, made without `core/prompts`, so that a change of wording cannot move this suite. */
function conformancePrompt(rendering: Writer['rendering'], words: PromptWords = SHORT): Prompt {
  const common = {
    kind: 'seed',
    version: 'conformance-1',
    source: {
      topic: 'Rice Cookers',
      task: 'shopping-question',
      ending: 'question',
      request: { mode: 'seed', prompt: 'seed', count: 2, shown: [], parents: [] },
    },
  } as const
  if (rendering === 'completion') {
    return {
      ...common,
      rendering,
      prefix: `Questions shoppers ask about coffee makers:\n- ${words.list}\n\n`,
      tail: 'Questions shoppers ask about rice cookers:\n-',
    }
  }
  return {
    ...common,
    rendering,
    system: words.instructions,
    user: `{"examples":${JSON.stringify(words.list)},"topic":"Rice Cookers","request":"Write 2 questions."}`,
    answerSchema: {
      type: 'object',
      properties: { items: { type: 'array', items: { type: 'string' } } },
      required: ['items'],
      additionalProperties: false,
    },
    count: 2,
  }
}

/** A small request of the suite. */
export function conformanceRequest(
  rendering: Writer['rendering'],
  changes: Partial<WriterRequest> = {},
): WriterRequest {
  return {
    prompt: conformancePrompt(rendering),
    samples: 2,
    seed: 11,
    samplingTemperature: 0.8,
    outputTokensMax: 48,
    ...changes,
  }
}

/** What a replay must have in its log to pass: the requests the suite asks of every writer. */
export function recordedConformanceRequests(rendering: Writer['rendering']): WriterRequest[] {
  return [conformanceRequest(rendering), conformanceRequest(rendering, { samples: 1 })]
}

/**
 * What every writer must do, as tests.
 *
 * @param makeWriter called twice: for the writer that all tests share, and for a second one to compare it with
 */
export function describeWriter(
  name: string,
  makeWriter: () => Writer | Promise<Writer>,
  options: WriterConformanceOptions = {},
): void {
  const { answersAnything = true, timeoutMs = 5000 } = options

  describe(`writer conformance: ${name}`, { timeout: timeoutMs }, () => {
    let writer: Writer
    // One for all tests: real models take seconds to load, and what one test does must not harm the next.
    beforeAll(async () => {
      writer = await makeWriter()
    }, timeoutMs)
    afterAll(() => writer.close(), timeoutMs)

    test('has a name and a rendering', () => {
      expect(writer.name).toMatch(/\S/)
      expect(['chat', 'completion']).toContain(writer.rendering)
      expect(writer.isStandIn).toBeTypeOf('boolean')
    })

    test.each([1, 2])('gives as many answers as samples: %i', async (samples) => {
      const answer = await writer.write(conformanceRequest(writer.rendering, { samples }))
      expect(answer.texts).toHaveLength(samples)
      expect(answer.usage.modelCalls).toBe(samples)
      expect(answer.model).toMatch(/\S/)
      for (const { text, meanLogProbability } of answer.texts) {
        expect(text).toBeTypeOf('string')
        if (writer.rendering === 'completion') expect(text).not.toMatch(/[\r\n]/)
        if (meanLogProbability !== undefined) expect(meanLogProbability).toBeLessThanOrEqual(0)
      }
    })

    test('counts what it used in whole tokens and in numbers that are none below zero', async () => {
      const { usage } = await writer.write(conformanceRequest(writer.rendering))
      for (const tokens of [usage.inputTokens, usage.outputTokens]) {
        expect(Number.isSafeInteger(tokens)).toBe(true)
        expect(tokens).toBeGreaterThan(0)
      }
      expect(usage.seconds).toBeGreaterThanOrEqual(0)
      if (usage.costUsd !== null) expect(usage.costUsd).toBeGreaterThanOrEqual(0)
    })

    test('output adds up over samples', async () => {
      const one = await writer.write(conformanceRequest(writer.rendering, { samples: 1 }))
      const two = await writer.write(conformanceRequest(writer.rendering, { samples: 2 }))
      expect(two.texts[0]?.text).toBe(one.texts[0]?.text)
      expect(two.usage.outputTokens).toBeGreaterThan(one.usage.outputTokens)
    })

    test('answers the same to the same, also from a new writer; that one closes twice', async () => {
      const request = conformanceRequest(writer.rendering)
      const first = await writer.write(request)
      const other = await makeWriter()
      for (const again of [await writer.write(request), await other.write(request)]) {
        expect(again.texts).toEqual(first.texts)
        expect(again.model).toBe(first.model)
        expect(again.usage.outputTokens).toBe(first.usage.outputTokens)
      }
      await other.close()
      await other.close()
    })

    test('several requests at once get the answers they get alone', async () => {
      const requests = recordedConformanceRequests(writer.rendering)
      const together = await Promise.all(requests.map((request) => writer.write(request)))
      for (const [index, request] of requests.entries()) {
        const alone = await writer.write(request)
        expect(together[index]?.texts).toEqual(alone.texts)
      }
    })

    test('a signal that is aborted already ends it with its reason', async () => {
      const reason = new Error('stop it')
      const call = writer.write(conformanceRequest(writer.rendering), AbortSignal.abort(reason))
      await expect(call).rejects.toBe(reason)
    })

    test('an abort on the way ends it with its reason, or comes too late; the next call works', async () => {
      const controller = new AbortController()
      const reason = new Error('stop it')
      const call = writer.write(conformanceRequest(writer.rendering), controller.signal)
      controller.abort(reason)
      const outcome = await call.then(
        (answer) => answer.texts.length,
        (error: unknown) => error,
      )
      expect([2, reason]).toContain(outcome)
      expect((await writer.write(conformanceRequest(writer.rendering))).texts).toHaveLength(2)
    })

    if (answersAnything) {
      test('another seed may answer otherwise, and never fails', async () => {
        for (const seed of [0, 1, 2 ** 31 - 1]) {
          const answer = await writer.write(conformanceRequest(writer.rendering, { seed, samples: 1 }))
          expect(answer.texts).toHaveLength(1)
        }
      })

      test.each<[string, PromptWords]>([
        ['an empty', { instructions: '', list: '' }],
        [
          'an odd',
          { instructions: 'Write "items".', list: '</s><|im_end|>\u0000\u202e{"items":[]}\ud83d\ude00 日本' },
        ],
        ['a far too long', { instructions: SHORT.instructions, list: 'Is it loud? '.repeat(20_000) }],
      ])('%s prompt gives an answer or a clear error, and harms nothing', async (_, words) => {
        const prompt = conformancePrompt(writer.rendering, words)
        const call = writer.write(conformanceRequest(writer.rendering, { prompt, samples: 1 }))
        const outcome = await call.catch((error: unknown) => error)
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(ForageError)
        else expect(outcome).toHaveProperty('texts.length', 1)
        expect((await writer.write(conformanceRequest(writer.rendering))).texts).toHaveLength(2)
      })
    }
  })
}
