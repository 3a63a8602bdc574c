import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Readership } from '../../adapters/relevance-scorer/calibration.ts'

const TASKS = { 'shopping-question': 'shoppers', 'article-question': 'readers' } as const

const labelledSchema = z.object({
  topics: z.array(
    z.object({
      task: z.enum(['shopping-question', 'article-question']),
      topic: z.string(),
      texts: z.array(z.object({ text: z.string(), persona: z.string().nullable() })),
    }),
  ),
})

const firstPoolsSchema = z.object({
  pools: z.array(
    z.object({
      task: z.enum(['shopping-question', 'article-question']),
      topic: z.string(),
      texts: z.array(z.string()),
    }),
  ),
})

export interface LabelledText {
  readonly readership: Readership
  readonly topic: string
  readonly text: string
  /** Key of the persona it suits; null suits none. */
  readonly persona: string | null
}

export interface PoolText {
  readonly readership: Readership
  readonly topic: string
  readonly text: string
}

/** The labelled set, in the order of the file. */
export function readLabelledTexts(): LabelledText[] {
  const { topics } = labelledSchema.parse(readData('labelled-texts.json'))
  return topics.flatMap(({ task, topic, texts }) =>
    texts.map(({ text, persona }) => ({ readership: TASKS[task], topic, text, persona })),
  )
}

/** First pools as a small model writes them, knowing only the topic. */
export function readFirstPools(): PoolText[] {
  const { pools } = firstPoolsSchema.parse(readData('first-pools.json'))
  return pools.flatMap(({ task, topic, texts }) =>
    texts.map((text) => ({ readership: TASKS[task], topic, text })),
  )
}

function readData(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../../data/calibration/${name}`, import.meta.url), 'utf8'))
}
