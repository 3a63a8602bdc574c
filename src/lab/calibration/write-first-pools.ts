// Writes data/calibration/first-pools.json: what the default writer asks when it knows only the topic.
// Run: npx tsx src/lab/calibration/write-first-pools.ts (needs the model gemma-3-270m; a few minutes)
import { readFileSync, writeFileSync } from 'node:fs'
import { localWriter } from '../../adapters/writer/local.ts'
import { renderRequest } from '../../core/prompts/render.ts'
import { derivedSeed } from '../../core/random.ts'
import { DEFAULT_SETTINGS } from '../../core/settings.ts'
import type { TaskDefinition } from '../../core/task.ts'
import { namesTopic } from '../../core/topic-words.ts'
import { requiredModel } from '../../testing/installed-models.ts'

const TEXTS_A_TOPIC = 6

interface Topic {
  readonly task: string
  readonly topic: string
  readonly article?: string
}

// Two for one are enough here: nothing has to be unlike what was written before.
const settings = { ...DEFAULT_SETTINGS, candidatesPerBirth: 2 }
const dataDirectory = new URL('../../../data/', import.meta.url)
const readJson = (path: string) => JSON.parse(readFileSync(new URL(path, dataDirectory), 'utf8'))
const { topics } = readJson('calibration/first-pool-topics.json') as { topics: Topic[] }
const model = await requiredModel('gemma-3-270m')
const writer = await localWriter({ modelPath: model.mainPath, modelName: model.name })
const pools = []
for (const { task: key, topic, article } of topics) {
  const task = readJson(`tasks/${key}.json`) as TaskDefinition
  const context = { key: topic, task: key, topic, ...(article === undefined ? {} : { article }) }
  const request = { mode: 'seed', prompt: 'seed', count: TEXTS_A_TOPIC, shown: [], parents: [] } as const
  const { samplingTemperature } = settings
  const { prompt, samples } = renderRequest('completion', request, task, context, settings, TEXTS_A_TOPIC, 0)
  const seed = derivedSeed(1, 'first-pools', topic)
  const answer = await writer.write({ prompt, samples, seed, samplingTemperature, outputTokensMax: 40 })
  const fluentFirst = answer.texts.toSorted(
    (one, other) => (other.meanLogProbability ?? -9) - (one.meanLogProbability ?? -9),
  )
  const texts = [...new Set(fluentFirst.map(({ text }) => text.trim()))].filter((text) =>
    isAdmissible(text, task, topic),
  )
  pools.push({ task: key, topic, texts: texts.slice(0, TEXTS_A_TOPIC) })
  process.stderr.write(`${topic}: ${texts.length}\n`)
}
await writer.close()
const comment = `Written by ${writer.name} with write-first-pools.ts; only the scale of relevance is fitted to them.`
writeFileSync(
  new URL('calibration/first-pools.json', dataDirectory),
  `${JSON.stringify({ comment, pools }, null, 2)}\n`,
)

/** The checks that matter for what a text asks; the others only matter in a pool. */
function isAdmissible(text: string, task: TaskDefinition, topic: string): boolean {
  const words = text.split(/\s+/).map((word) => word.toLowerCase().replace(/[^\p{L}]/gu, ''))
  const { wordsMin, wordsMax, bannedWords } = task.constraints
  return (
    text.endsWith('?') &&
    words.length >= wordsMin &&
    words.length <= wordsMax &&
    !bannedWords.some((banned) => words.includes(banned)) &&
    (!task.constraints.namesTopic || namesTopic(text, topic))
  )
}
