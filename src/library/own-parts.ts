import type { Prompt } from '../core/prompts/prompt.ts'
import type { RelevanceQuery, RelevanceScorer } from '../ports/relevance-scorer.ts'
import type { Writer, WriterRequest } from '../ports/writer.ts'

/**
 * A writer from one function: prompt in, texts out. For a model that Forage has no adapter for.
 *
 * @param answer gets a chat prompt (system and user message, JSON schema, how many texts) and gives the texts;
 * what it throws ends the run
 */
export function writerFrom(
  name: string,
  answer: (
    prompt: Extract<Prompt, { rendering: 'chat' }>,
    request: WriterRequest,
    signal?: AbortSignal,
  ) => readonly string[] | Promise<readonly string[]>,
): Writer {
  return {
    name,
    rendering: 'chat',
    isStandIn: false,
    async write(request, signal) {
      signal?.throwIfAborted()
      const { prompt, samples } = request
      if (prompt.rendering !== 'chat') throw new TypeError('the prompt is not a chat prompt')
      const texts: { text: string }[] = []
      for (let sample = 0; sample < samples; sample++) {
        texts.push({ text: JSON.stringify({ items: await answer(prompt, request, signal) }) })
      }
      const usage = { modelCalls: samples, inputTokens: 0, outputTokens: 0, costUsd: null, seconds: 0 }
      return { texts, model: name, usage }
    },
    async close() {},
  }
}

/**
 * A relevance scorer from one function: how well one text suits one persona, from 1 to 10.
 *
 * @param options.encoder the one it rests on, where it does: a strategy may not choose by the same
 */
export function scorerFrom(
  name: string,
  relevance: (query: RelevanceQuery) => number | Promise<number>,
  options: { readonly encoder?: string } = {},
): RelevanceScorer {
  return {
    name,
    ...options,
    async score(queries, signal) {
      signal?.throwIfAborted()
      return Promise.all(
        queries.map(async (query) => {
          const value = await relevance(query)
          if (value >= 1 && value <= 10) return { kind: 'scored' as const, relevance: value }
          return { kind: 'rejected' as const, reason: `${value} is not from 1 to 10` }
        }),
      )
    },
    async close() {},
  }
}
