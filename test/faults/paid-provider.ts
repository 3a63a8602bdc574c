import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { SHOPPING_ASPECTS } from '../../src/adapters/writer/grammar-shopping.ts'
import { type Random, shuffled } from '../../src/core/random.ts'

/** One question that the provider was asked. */
export interface PaidAsk {
  /** Seed of the question: the same for the same place of the same iteration, whatever its words. */
  readonly seed: number
  /** Tokens that the answer is charged with: a number of its own, so that a kept answer tells which it was. */
  readonly inputTokens: number
  readonly arrivedMs: number
  /** Of all messages. */
  readonly promptCharacters: number
  /** When the whole answer was handed to the network; undefined when the asker was gone before. */
  answeredMs?: number
}

export interface PaidProvider {
  readonly baseUrl: string
  readonly asks: readonly PaidAsk[]
  /** Asks that wait for their answer. */
  underWay(): number
  /** Answers take longer, by this much at most. */
  slowMs: number
  close(): Promise<void>
}

const FIRST_NUMBER = 1_000

/** Speaks OpenAI's chat API, answers with other good questions every time, and writes down what it was asked. */
export async function startPaidProvider(random: Random, topic: string): Promise<PaidProvider> {
  const asks: PaidAsk[] = []
  const texts = shuffled(questions(topic), random)
  let given = 0
  let waiting = 0
  const provider = { slowMs: 60 }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      return
    }
    const body = JSON.parse(Buffer.concat(chunks).toString()) as {
      seed: number
      model: string
      messages: readonly { readonly content: unknown }[]
    }
    const ask: PaidAsk = {
      seed: body.seed,
      inputTokens: FIRST_NUMBER + asks.length,
      arrivedMs: Date.now(),
      promptCharacters: body.messages.reduce((sum, { content }) => sum + String(content).length, 0),
    }
    asks.push(ask)
    waiting++
    await pause(random.integer(provider.slowMs + 1))
    waiting--
    response.setHeader('content-type', 'application/json')
    const items = Array.from({ length: 8 }, () => texts[given++ % texts.length])
    response.end(completion(body.model, JSON.stringify({ items }), ask.inputTokens), () => {
      if (!response.destroyed || response.writableFinished) ask.answeredMs = Date.now()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(provider, {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asks,
    underWay: () => waiting,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}

function questions(topic: string): string[] {
  return SHOPPING_ASPECTS.flatMap(({ questions: forms, details }) =>
    forms.flatMap((form) =>
      form.includes('{detail}') ? details.map((detail) => form.replace('{detail}', detail)) : [form],
    ),
  ).map((form) => form.replace('{topic}', topic))
}

function completion(model: string, content: string, inputTokens: number): string {
  return JSON.stringify({
    id: 'paid',
    object: 'chat.completion',
    created: 0,
    model,
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
    usage: { prompt_tokens: inputTokens, completion_tokens: 10, total_tokens: inputTokens + 10 },
  })
}
