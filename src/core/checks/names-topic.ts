import { namesTopic } from '../topic-words.ts'
import type { Check } from './check.ts'

/** Names the topic, where the task asks for it; plural and word forms count. */
export const checkNamesTopic: Check = ({ text }, { task, context }) =>
  !task.constraints.namesTopic || namesTopic(text, context.topic)
    ? null
    : { reason: 'off-topic', detail: `does not name "${context.topic.slice(0, 60)}"` }
