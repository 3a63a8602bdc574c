// Writes data/checks/model-texts.json: whatever the default writer says, before any check, for all four tasks.
// Run: npx tsx src/lab/calibration/write-model-texts.ts (needs the model gemma-3-270m; some ten minutes)
import { readFileSync, writeFileSync } from 'node:fs'
import { localWriter } from '../../adapters/writer/local.ts'
import { checkCandidate } from '../../core/checks/check-candidate.ts'
import type { Context } from '../../core/context.ts'
import { completionPrompt } from '../../core/prompts/completion.ts'
import { derivedSeed } from '../../core/random.ts'
import type { ShownItem, WriteRequest } from '../../core/strategies/strategy.ts'
import type { TaskDefinition } from '../../core/task.ts'
import { requiredModel } from '../../testing/installed-models.ts'

const SEED = 1
const SAMPLES = { seed: 24, exploit: 8, 'history-rated': 8 } as const
/** Among them such as invite what the checks look for: programs, addresses, numbers, models that speak. */
const SHOPPING = [
  'Wireless Access Points',
  'Computers & Accessories',
  'Surveillance Video Recorders',
  'Tablet Accessories',
  'Tea Accessories',
  'Camera & Photo',
]
const ARTICLES = ['artificial-superintelligence', 'lake-baikal', 'periodic-table', 'stoicism']
const dataDirectory = new URL('../../../data/', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, dataDirectory), 'utf8')

function contexts(task: TaskDefinition): Context[] {
  if (!task.needsArticle) return SHOPPING.map((topic) => ({ key: topic, task: task.key, topic }))
  return ARTICLES.map((name) => {
    const topic = name.replaceAll('-', ' ').replace(/\b\p{Ll}/gu, (letter) => letter.toUpperCase())
    return { key: topic, task: task.key, topic, article: read(`articles/${name}.txt`) }
  })
}

const model = await requiredModel('gemma-3-270m')
const writer = await localWriter({ modelPath: model.mainPath, modelName: model.name })
const texts: { task: string; topic: string; article?: string; kind: string; texts: string[] }[] = []
for (const key of ['shopping-question', 'article-question', 'headline', 'follow-up']) {
  const task = JSON.parse(read(`tasks/${key}.json`)) as TaskDefinition
  for (const context of contexts(task)) {
    let shown: ShownItem[] = []
    for (const kind of ['seed', 'exploit', 'history-rated'] as const) {
      const request: WriteRequest = {
        mode: kind,
        prompt: kind,
        count: 1,
        shown: kind === 'seed' ? [] : shown,
        parents: shown.slice(-1).map(({ itemId }) => itemId),
      }
      const answer = await writer.write({
        prompt: completionPrompt(request, task, context, 0),
        samples: SAMPLES[kind],
        seed: derivedSeed(SEED, 'model-texts', key, context.topic, kind),
        samplingTemperature: 0.9,
        outputTokensMax: 45,
      })
      const said = answer.texts.map(({ text }) => text.trim())
      const file = ARTICLES.find((name) => context.article === read(`articles/${name}.txt`))
      texts.push({
        task: key,
        topic: context.topic,
        ...(context.article === undefined ? {} : { article: `${file}` }),
        kind,
        texts: said,
      })
      if (kind === 'seed') {
        const input = { task, context, earlier: [], vectorOf: () => undefined }
        const good = [...new Set(said)].filter((text) => checkCandidate({ text }, input) === null)
        shown = good.slice(0, 5).map((text, index) => ({ itemId: `i${index}`, text, ctr: (index + 1) / 50 }))
      }
      save()
      process.stderr.write(`${key} ${context.topic} ${kind}\n`)
    }
  }
}
await writer.close()

/** After each answer: a run that is broken off leaves what it has. */
function save(): void {
  const comment = `Written by ${writer.name} with write-model-texts.ts, seed ${SEED}, before any check; measured by hostile-text.ts.`
  const path = new URL('checks/model-texts.json', dataDirectory)
  writeFileSync(path, `${JSON.stringify({ comment, texts }, null, 1)}\n`)
}
