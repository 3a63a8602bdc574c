import type { Context } from '../context.ts'
import { foldedText, foldedWords } from '../folded-words.ts'
import type { TaskDefinition, TaskShot } from '../task.ts'
import { textNormalForm } from '../text-normal-form.ts'
import { mayNameAny, topicMentions } from '../topic-words.ts'
import { wordStem } from '../word-stem.ts'
import type { Check } from './check.ts'
import { formsOf } from './text-forms.ts'

/** Words of shot topics that belong to many other topics too, and prove nothing alone. */
const COMMON_PARTS = new Set(
  `accessory accessories set sets kit kits tool tools machine machines maker makers product products equipment
  system systems light lights cover covers home house kitchen bathroom garden office outdoor indoor travel
  running electric digital smart portable wireless cordless robot small large mini new air water hand power
  baby kids pet dog cat car food body hair face sleeping standing history art science theory war battle life
  great last first city world black white blue red green old modern ancient national discovery invention
  winter summer hiking bicycle desk fan fire interest compound panel plant training learning starter northern
  london golden gate bridge lag growing cooking`
    .split(/\s+/)
    .map(wordStem),
)

/** What is looked for of one shot; worked out once for each, as neither shots nor contexts ever change. */
interface ShotMarks {
  readonly topic: string
  readonly foldedTopic: string
  readonly normalForms: ReadonlySet<string>
  /** Words of the shot's topic that tell by themselves, as stems: `Coffee Makers` is named by `coffee`. */
  readonly tellingStems: ReadonlySet<string>
}

/** What is looked for of all shots of a task at once: most texts hold nothing of it. */
interface TaskMarks {
  readonly topics: readonly string[]
  readonly normalForms: ReadonlySet<string>
  readonly tellingStems: ReadonlySet<string>
}

const marksOfTasks = new WeakMap<TaskDefinition, TaskMarks>()
const marksOfShots = new WeakMap<TaskShot, ShotMarks>()
const stemsOfContexts = new WeakMap<Context, ReadonlySet<string>>()

/**
 * What a writer took from the few-shot material: a shot's own text, or the name of a shot's category in an
 * item about another. Words that the context's topic or article has too are no leak.
 */
export const checkFewShotLeak: Check = ({ text }, { task, context }) => {
  const own = ownStems(context)
  const ownTopic = foldedText(context.topic)
  const { normalForm } = formsOf(text, context.topic)
  const words = foldedWords(text)
  const stems = words.map((word) => wordStem(word.folded))
  const { topics, ...any } = marksOfAll(task)
  const isSuspect =
    any.normalForms.has(normalForm) ||
    stems.some((stem) => any.tellingStems.has(stem) && !own.has(stem)) ||
    mayNameAny(text, topics)
  if (!isSuspect) return null
  for (const shot of task.shots) {
    const { topic, foldedTopic, normalForms, tellingStems } = marksOf(shot)
    if (foldedTopic === ownTopic) continue
    if (normalForms.has(normalForm)) {
      return { reason: 'few-shot-leak', detail: `an example given for "${topic}"` }
    }
    const place = stems.findIndex((stem) => tellingStems.has(stem) && !own.has(stem))
    const leaked = words[place]?.folded ?? leakedMention(text, topic, own)
    if (leaked !== undefined) {
      return { reason: 'few-shot-leak', detail: `"${leaked}" comes from the example "${topic}"` }
    }
  }
  return null
}

/** A mention of the shot's topic in another form than its own words, such as `beekeeper` for `Beekeeping`. */
function leakedMention(text: string, topic: string, own: ReadonlySet<string>): string | undefined {
  for (const { start, end } of topicMentions(text, topic)) {
    const stems = foldedWords(text.slice(start, end)).map((word) => wordStem(word.folded))
    if (stems.some((stem) => stem.length > 2 && !own.has(stem) && !COMMON_PARTS.has(stem))) {
      return text.slice(start, end)
    }
  }
  return undefined
}

function marksOfAll(task: TaskDefinition): TaskMarks {
  const known = marksOfTasks.get(task)
  if (known !== undefined) return known
  const all = task.shots.map(marksOf)
  const marks = {
    topics: all.map(({ topic }) => topic),
    normalForms: new Set(all.flatMap(({ normalForms }) => [...normalForms])),
    tellingStems: new Set(all.flatMap(({ tellingStems }) => [...tellingStems])),
  }
  marksOfTasks.set(task, marks)
  return marks
}

function marksOf(shot: TaskShot): ShotMarks {
  const known = marksOfShots.get(shot)
  if (known !== undefined) return known
  const telling = foldedWords(shot.topic)
    .filter((word) => word.folded.length > 3)
    .map((word) => wordStem(word.folded))
    .filter((stem) => !COMMON_PARTS.has(stem))
  const marks = {
    topic: shot.topic,
    foldedTopic: foldedText(shot.topic),
    normalForms: new Set([...shot.items, ...shot.alike].map(textNormalForm)),
    tellingStems: new Set(telling),
  }
  marksOfShots.set(shot, marks)
  return marks
}

function ownStems(context: Context): ReadonlySet<string> {
  const known = stemsOfContexts.get(context)
  if (known !== undefined) return known
  const words = foldedWords(`${context.topic} ${context.article ?? ''}`)
  const stems = new Set(words.map((word) => wordStem(word.folded)))
  stemsOfContexts.set(context, stems)
  return stems
}
