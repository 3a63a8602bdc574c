import type { Context } from '../context.ts'
import { derivedSeed } from '../random.ts'
import type { TaskDefinition, TaskShot } from '../task.ts'
import { namesTopic } from '../topic-words.ts'

/** Categories shown in one prompt: more make a small model steadier, but each costs some 60 tokens. */
const SHOTS_SHOWN = 4

/**
 * Choices that a task with articles takes turns with. Four articles and the context's own are some thousand tokens:
 * a local model keeps the few prefixes evaluated, where a new choice each time would be evaluated each time.
 */
const ARTICLE_CHOICES = 2

/**
 * The few-shot categories of one prompt: those that have nothing to do with the context, turned by `rotation`
 * so that a model does not see the same examples each time. Same arguments, same shots.
 */
export function chosenShots(task: TaskDefinition, context: Context, rotation: number): readonly TaskShot[] {
  const usable = usableShots(task, context)
  // Contexts start at different places, so that no category colours all of them.
  const start = task.needsArticle
    ? derivedSeed(0, 'shots', context.key) + SHOTS_SHOWN * (rotation % ARTICLE_CHOICES)
    : derivedSeed(rotation, 'shots', context.key)
  return Array.from(
    { length: Math.min(SHOTS_SHOWN, usable.length) },
    (_, index) => usable[(start + index) % usable.length] as TaskShot,
  )
}

/** Worked out once, as neither tasks nor contexts ever change. */
const usableOfContexts = new WeakMap<Context, { task: TaskDefinition; usable: readonly TaskShot[] }>()

function usableShots(task: TaskDefinition, context: Context): readonly TaskShot[] {
  const known = usableOfContexts.get(context)
  if (known?.task === task) return known.usable
  const foreign = task.shots.filter(
    (shot) => !namesTopic(shot.topic, context.topic) && !namesTopic(context.topic, shot.topic),
  )
  const usable = foreign.length >= 2 ? foreign : task.shots
  usableOfContexts.set(context, { task, usable })
  return usable
}
