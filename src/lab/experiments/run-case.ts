import { setImmediate } from 'node:timers/promises'
import { ForageError } from '../../core/errors.ts'
import type { Strategy } from '../../core/strategies/strategy.ts'
import type { Audience } from '../../ports/audience.ts'
import type { Encoder } from '../../ports/encoder.ts'
import type { Writer } from '../../ports/writer.ts'
import { runLoop } from '../run.ts'
import type { RunEvent } from '../run-events.ts'
import type { ExperimentCase } from './plan.ts'
import { finishedRun, type RunLine } from './run-line.ts'

/** What all runs of an experiment share. */
export interface CaseParts {
  /** By key. */
  readonly strategies: ReadonlyMap<string, Strategy>
  readonly writer: Writer
  readonly scorerName: string
  readonly allowMatched: boolean
  readonly encoder?: Encoder
  audienceOf(one: ExperimentCase): Audience
}

/**
 * Makes one run. That a writer cannot fill a slate is a result, and is told as one.
 *
 * @throws whatever writer and audience throw; the signal's reason when aborted
 */
export async function runCase(one: ExperimentCase, parts: CaseParts, signal?: AbortSignal): Promise<RunLine> {
  const { strategies, writer, scorerName, encoder } = parts
  const { name, task, context, settings } = one
  const loop = runLoop(
    {
      task,
      context,
      settings,
      strategy: strategies.get(name.strategy) as Strategy,
      writer,
      audience: parts.audienceOf(one),
      scorerName,
      allowMatched: parts.allowMatched,
      seed: name.seed,
      ...(encoder === undefined ? {} : { encoder }),
    },
    signal,
  )
  const events: RunEvent[] = []
  try {
    for await (const event of loop) {
      events.push(event)
      // Writers that answer at once would never let Ctrl-C be heard.
      if (event.kind === 'iteration-finished') await setImmediate()
    }
  } catch (error) {
    if (!(error instanceof ForageError && error.code === 'pool-too-small')) throw error
    return { kind: 'failed', ...name, reason: error.message }
  }
  return finishedRun(name, events)
}
