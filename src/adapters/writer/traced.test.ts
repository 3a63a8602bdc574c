import type { Span, SpanOptions, Tracer } from '@opentelemetry/api'
import { describe, expect, test } from 'vitest'
import { ForageError } from '../../core/errors.ts'
import type { Writer, WriterRequest } from '../../ports/writer.ts'
import { describeWriter } from '../../testing/writer-conformance.ts'
import { grammarWriter } from './grammar.ts'
import { tracedWriter } from './traced.ts'

interface Recorded {
  readonly name: string
  readonly kind: number | undefined
  readonly attributes: Record<string, unknown>
  status?: { code: number; message?: string }
  ended: number
}

/** Keeps what an SDK would send. */
function recorder() {
  const spans: Recorded[] = []
  const startActiveSpan = (name: string, options: SpanOptions, act: (span: Span) => unknown) => {
    const recorded: Recorded = { name, kind: options.kind, attributes: {}, ended: 0 }
    spans.push(recorded)
    return act({
      setAttributes: (attributes: object) => Object.assign(recorded.attributes, attributes),
      setAttribute: (key: string, value: unknown) => {
        recorded.attributes[key] = value
      },
      setStatus: (status: { code: number }) => {
        recorded.status = status
      },
      end: () => {
        recorded.ended++
      },
    } as unknown as Span)
  }
  return { spans, tracer: { startActiveSpan } as unknown as Tracer }
}

const REQUEST: WriterRequest = {
  prompt: {
    rendering: 'chat',
    kind: 'seed',
    version: 'seed@chat-1+x-1',
    system: 'Secret brief.',
    user: 'Article text.',
    answerSchema: {},
    count: 2,
    source: {
      topic: 'Rice Cookers',
      task: 'x',
      ending: 'any',
      request: { mode: 'seed', prompt: 'seed', count: 2, shown: [], parents: [] },
    },
  },
  samples: 3,
  seed: 7,
  samplingTemperature: 0.9,
  outputTokensMax: 100,
}
const writer = (write: Writer['write']): Writer => ({
  name: 'openai:gpt-4.1-mini',
  rendering: 'chat',
  isStandIn: false,
  write,
  close: async () => {},
})

describe('a span', () => {
  test('tells model, usage and prompt version, never prompt or answer', async () => {
    const { spans, tracer } = recorder()
    const answer = {
      texts: [{ text: 'An answer.' }],
      model: 'gpt-4.1-mini-2025',
      usage: { modelCalls: 3, inputTokens: 20, outputTokens: 9, costUsd: 0.01, seconds: 1 },
    }
    expect(
      await tracedWriter(
        writer(async () => answer),
        tracer,
      ).write(REQUEST),
    ).toBe(answer)
    expect(spans).toEqual([
      {
        name: 'chat gpt-4.1-mini',
        kind: 2,
        ended: 1,
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'openai',
          'gen_ai.request.model': 'gpt-4.1-mini',
          'gen_ai.request.temperature': 0.9,
          'gen_ai.request.max_tokens': 100,
          'gen_ai.request.seed': 7,
          'gen_ai.request.choice.count': 3,
          'gen_ai.output.type': 'json',
          'gen_ai.response.model': 'gpt-4.1-mini-2025',
          'gen_ai.usage.input_tokens': 20,
          'gen_ai.usage.output_tokens': 9,
          'forage.prompt.version': 'seed@chat-1+x-1',
          'forage.usage.cost_usd': 0.01,
        },
      },
    ])
  })

  test('tells a failure by its code, and the failure goes on', async () => {
    const { spans, tracer } = recorder()
    const failure = new ForageError('writer-refused', 'key sk-123 is wrong')
    const traced = tracedWriter(
      writer(() => Promise.reject(failure)),
      tracer,
    )
    await expect(traced.write(REQUEST)).rejects.toBe(failure)
    expect(spans[0]).toMatchObject({
      ended: 1,
      status: { code: 2, message: 'writer-refused' },
      attributes: { 'error.type': 'writer-refused' },
    })
    expect(JSON.stringify(spans)).not.toContain('sk-123')
  })
})

describeWriter('a traced writer', async () => tracedWriter(grammarWriter()))
