import type { z } from '@hono/zod-openapi'
import type { LiveItem, PoolVersion } from '../../core/live/live-item.ts'
import type { ModelCall } from '../../ports/store/model-calls.ts'
import type { IterationRecord } from '../../ports/store/pools.ts'
import { instantOf } from './answers.ts'
import type { iterationSchema, modelCallSchema, versionSchema } from './pools.ts'

/** A version of a pool as the wire has it. @param items the arm's history */
export function versionView(
  { version, iteration, cause, by, itemIds, createdAtMs }: PoolVersion,
  items: readonly LiveItem[],
): z.input<typeof versionSchema> {
  const textOf = new Map(items.map(({ id, text }) => [id, text]))
  return {
    version,
    iteration,
    cause,
    by,
    items: itemIds.map((id) => ({ id, text: textOf.get(id) ?? '' })),
    createdAt: instantOf(createdAtMs),
  }
}

/** An iteration as the wire has it. */
export function iterationView(record: IterationRecord): z.input<typeof iterationSchema> {
  const {
    iteration,
    startedAtMs,
    finishedAtMs,
    interactions,
    clicked,
    born,
    left,
    refused,
    poolKept,
    requests,
  } = record
  return {
    iteration,
    startedAt: instantOf(startedAtMs),
    finishedAt: instantOf(finishedAtMs),
    interactions,
    clicked,
    born: [...born],
    left: [...left],
    refused: { ...refused },
    poolKept: poolKept ?? null,
    requests: requests.map(({ mode, attempt, answerKey, candidates }) => ({
      mode,
      attempt,
      answerKey,
      candidates: candidates.map(({ text, fate, reason, detail, itemId }) => ({
        text,
        fate,
        reason: reason ?? null,
        detail: detail ?? null,
        itemId: itemId ?? null,
      })),
    })),
  }
}

/** A model call as the wire has it. */
export function modelCallView(call: ModelCall): z.input<typeof modelCallSchema> {
  const { key, arm, writer, model, question, answer, usage, createdAtMs } = call
  return {
    key,
    arm,
    writer,
    model,
    question: parsedOrText(question),
    answer: parsedOrText(answer),
    usage: { ...usage },
    createdAt: instantOf(createdAtMs),
  }
}

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
