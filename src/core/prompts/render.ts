import type { Context } from '../context.ts'
import type { LoopSettings } from '../settings.ts'
import type { WriteRequest } from '../strategies/strategy.ts'
import type { TaskDefinition } from '../task.ts'
import { chatPrompt } from './chat.ts'
import { completionPrompt } from './completion.ts'
import type { Prompt, Rendering } from './prompt.ts'

/** A prompt, and how many independent answers to ask for, so that the checks have candidates to choose from. */
export interface RenderedRequest {
  readonly prompt: Prompt
  readonly samples: number
}

/** Texts an instruct model is asked for beyond those needed: some will be refused, and asking again costs a call. */
const CHAT_SPARES = 2

/**
 * One request in the rendering a writer understands.
 *
 * @param wanted texts still wanted: the request's count, or less after an answer that gave too few
 * @param rotation turns the few-shot categories of a completion
 */
export function renderRequest(
  rendering: Rendering,
  request: WriteRequest,
  task: TaskDefinition,
  context: Context,
  settings: LoopSettings,
  wanted: number,
  rotation: number,
): RenderedRequest {
  if (rendering === 'chat') {
    return { prompt: chatPrompt(request, task, context, wanted + CHAT_SPARES), samples: 1 }
  }
  return {
    prompt: completionPrompt(request, task, context, rotation),
    samples: wanted * settings.candidatesPerBirth,
  }
}
