import type { Refusal, RefusalReason } from '../../core/checks/check.ts'
import { CHECKS } from '../../core/checks/check-candidate.ts'
import type { LiveItem } from '../../core/live/live-item.ts'
import type { TaskDefinition } from '../../core/task.ts'
import type { PoolView } from './pool-change.ts'

/**
 * Which checks a person's text must pass: `safety`, what no page should show whoever wrote it, and no text twice;
 * or `task`, everything that is asked of a model's text.
 */
export type PersonChecks = 'safety' | 'task'

const SAFETY: ReadonlySet<RefusalReason> = new Set([
  'empty',
  'multi-line',
  'control-characters',
  'markup',
  'duplicate',
])

/** The first reason to refuse a person's text, or null. @param taken items whose text must not come again */
export function personTextRefusal(
  text: string,
  which: PersonChecks,
  task: TaskDefinition,
  { context }: Pick<PoolView, 'context'>,
  taken: readonly Pick<LiveItem, 'id' | 'text'>[],
): Refusal | null {
  const { key, topic, article } = context
  const input = {
    task,
    context: { key, task: task.key, topic, ...(article === undefined ? {} : { article }) },
    earlier: taken,
    vectorOf: () => undefined,
  }
  for (const { reason, check } of CHECKS) {
    if (which === 'safety' && !SAFETY.has(reason)) continue
    const refusal = check({ text }, input)
    if (refusal !== null) return refusal
  }
  return null
}

/** An item that a person wrote. @param index its number in the history */
export function personItem(
  view: PoolView,
  index: number,
  text: string,
  from?: Pick<LiveItem, 'id' | 'isPinned'>,
): LiveItem {
  return {
    id: `i${index}`,
    text,
    mode: 'person',
    parents: from === undefined ? [] : [from.id],
    bornAt: Math.max(0, view.state.iteration),
    writtenBy: 'person',
    promptVersion: 'person@1',
    standing: 'approved',
    isPinned: from?.isPinned ?? false,
    createdAtMs: view.nowMs,
    ...(from === undefined ? {} : { editedFrom: from.id }),
  }
}
