import type { Prompt } from '../../src/core/prompts/prompt.ts'
import { derivedSeed } from '../../src/core/random.ts'
import { DEFAULT_SETTINGS } from '../../src/core/settings.ts'
import type { PromptKind, ShownItem, WriteRequest } from '../../src/core/strategies/strategy.ts'
import type { TaskDefinition } from '../../src/core/task.ts'
import type { WriterRequest } from '../../src/ports/writer.ts'

type CompletionRequest = WriterRequest & {
  readonly prompt: Extract<Prompt, { rendering: 'completion' }>
}

const TOPIC = 'Rice Cookers'
/** As many as an answer of the loop may take. */
const OUTPUT_TOKENS_MAX = 45

/** A history as a run has it after some iterations, rates from low to high. */
const HISTORY: readonly (readonly [text: string, ctr: number])[] = [
  ['What is the difference between a rice cooker and a steamer?', 0.002],
  ['How many cups does a rice cooker hold?', 0.004],
  ['Can a rice cooker be used for soup?', 0.006],
  ['Do rice cookers come with a measuring cup?', 0.009],
  ['How long does it take to cook brown rice in a rice cooker?', 0.011],
  ['Is a small rice cooker enough for two people?', 0.014],
  ['Which rice cookers have a timer?', 0.02],
  ['Does a rice cooker switch itself off?', 0.024],
  ['How do I clean the lid of a rice cooker?', 0.03],
  ['Does the pot of a rice cooker scratch easily?', 0.041],
  ['How long does a rice cooker last?', 0.066],
  ['How much does a good rice cooker cost?', 0.112],
]

/** The requests that the loop makes of a writer, by prompt. */
export const REQUESTS: Readonly<Record<'seed' | 'explore' | 'exploit' | 'full-ctr', WriteRequest>> = {
  seed: requestOf('seed', []),
  explore: requestOf('explore', shownItems(false).slice(-3)),
  exploit: { ...requestOf('exploit', shownItems(true)), parents: ['i11'] },
  'full-ctr': requestOf('history-rated', shownItems(true)),
}

/**
 * What the loop would ask in one iteration.
 *
 * @param rotation turns the few-shot material, so that a prefix is new as it is in the loop
 */
export function writerRequest(
  render: typeof import('../../src/core/prompts/render.ts').renderRequest,
  task: TaskDefinition,
  name: keyof typeof REQUESTS,
  rotation: number,
  samples: number,
): CompletionRequest {
  const context = { key: `${task.key}/${TOPIC}`, task: task.key, topic: TOPIC }
  const { prompt } = render('completion', REQUESTS[name], task, context, DEFAULT_SETTINGS, 1, rotation)
  if (prompt.rendering !== 'completion') throw new TypeError('not a completion prompt')
  return {
    prompt,
    samples,
    seed: derivedSeed(1, 'bench-writer', name, rotation),
    samplingTemperature: DEFAULT_SETTINGS.samplingTemperature,
    outputTokensMax: OUTPUT_TOKENS_MAX,
  }
}

function requestOf(prompt: PromptKind, shown: readonly ShownItem[]): WriteRequest {
  return { mode: prompt, prompt, count: 1, shown, parents: [] }
}

function shownItems(areRated: boolean): ShownItem[] {
  return HISTORY.map(([text, ctr], index) => ({ itemId: `i${index}`, text, ctr: areRated ? ctr : null }))
}
