import type { ChatPrompt } from '../../core/prompts/prompt.ts'
import { derivedSeed } from '../../core/random.ts'
import type { AnswerText, WriterRequest } from '../../ports/writer.ts'
import type { LoadedModel, Slot } from './local-engine.ts'

/**
 * One answer of an instruct model: messages by the model's own template, the JSON held to the schema by a
 * grammar, so that even a small model's answer can be read.
 */
export async function sampleChat(
  loaded: LoadedModel,
  slot: Slot,
  prompt: ChatPrompt,
  request: WriterRequest,
  sample: number,
  signal: AbortSignal,
): Promise<{ readonly answer: AnswerText; readonly inputTokens: number; readonly outputTokens: number }> {
  const { engine, model } = loaded
  // Always from an empty state: what an earlier answer left behind would change how the rest is batched.
  slot.prefix = []
  await slot.sequence.clearHistory()
  const before = slot.sequence.tokenMeter.getState()
  const chatWrapper = engine.resolveChatWrapper(model)
  // Some templates have no place for a system message and would drop it without a word.
  const hasSystem = chatWrapper.settings.supportsSystemMessages
  const session = new engine.LlamaChatSession({
    contextSequence: slot.sequence,
    chatWrapper,
    ...(hasSystem ? { systemPrompt: prompt.system } : {}),
    autoDisposeSequence: false,
  })
  try {
    const llama = model.llama
    const grammar = await llama.createGrammarForJsonSchema(prompt.answerSchema as { type: 'object' })
    const { responseText, stopReason } = await session.promptWithMeta(
      hasSystem ? prompt.user : `${prompt.system}\n\n${prompt.user}`,
      {
        grammar,
        temperature: request.samplingTemperature,
        seed: derivedSeed(request.seed, 'sample', sample),
        maxTokens: request.outputTokensMax,
        signal,
      },
    )
    const used = slot.sequence.tokenMeter.diff(before)
    return {
      answer: { text: responseText, ...(stopReason === 'maxTokens' ? { isCutOff: true } : {}) },
      inputTokens: used.usedInputTokens,
      outputTokens: used.usedOutputTokens,
    }
  } finally {
    session.dispose()
  }
}
