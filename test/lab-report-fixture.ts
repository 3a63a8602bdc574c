import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomStream } from '../src/core/random.ts'
import { DEFAULT_SETTINGS } from '../src/core/settings.ts'

/** A made-up experiment: its figures come from the seed, its files are of the shape that the lab writes. */
export interface FixtureExperiment {
  readonly seed?: number
  readonly experiment?: string
  readonly writer?: string
  readonly strategies?: readonly string[]
  readonly topics?: readonly string[]
  readonly audiences?: readonly string[]
  readonly iterations?: number
  /** Added to each CTR. */
  readonly lift?: number
  /** Only the first runs are made. */
  readonly runsMax?: number
  readonly relevance?: boolean
  /** The run at this place failed. */
  readonly failedAt?: number
  /** Text of an item, for all of them. */
  readonly text?: string
  readonly description?: string
}

const STRATEGIES = ['no-drop', 'random-ctr', 'partial-ctr', 'full-ctr', 'explore-exploit']

/** Writes `config.json` and `runs.jsonl` into a directory, which it makes. */
export function writeFixtureExperiment(directory: string, options: FixtureExperiment = {}): string {
  const { strategies = STRATEGIES, topics = ['Drills', 'Spoons', 'Fuses'], audiences = ['price'] } = options
  const { iterations = 5, lift = 0, relevance = true, runsMax = Number.POSITIVE_INFINITY } = options
  const random = randomStream(options.seed ?? 1, 'lab-report-fixture')
  const persona = {
    key: 'one',
    name: 'One',
    description: options.description ?? 'A person.',
    examples: [],
    weight: 1,
  }
  const config = {
    format: 1,
    forage: '0.1.0',
    experiment: options.experiment ?? 'table5',
    preset: 'smoke',
    writer: options.writer ?? 'made-up',
    scorer: 'words',
    encoder: null,
    strategies,
    seeds: [1],
    settings: { ...DEFAULT_SETTINGS, iterations },
    domains: {
      shopping: {
        task: { key: 'shopping-question', version: 1 },
        topics,
        audiences: Object.fromEntries(
          audiences.map((name) => [name, { personas: [persona], choiceTemperature: 1.5, noClickScore: 11 }]),
        ),
      },
    },
  }
  const lines: string[] = []
  for (const topic of topics) {
    for (const audience of audiences) {
      const start = 0.05 + 0.05 * random.uniform()
      for (const [place, strategy] of strategies.entries()) {
        if (lines.length >= runsMax) continue
        const name = { domain: 'shopping', topic, audience, strategy, seed: 1 }
        if (lines.length === options.failedAt) {
          lines.push(JSON.stringify({ kind: 'failed', ...name, reason: 'the writer filled no slate' }))
          continue
        }
        const poolCtrs = Array.from(
          { length: iterations + 1 },
          (_, iteration) => start + lift + (0.02 * place * iteration) / iterations + 0.01 * random.uniform(),
        )
        const pool = [0, 1, 2].map((item) => ({
          text: options.text ?? `Is ${topic} worth it, ${item}?`,
          mode: 'seed',
          itemCtr: 0.1 + item / 100,
          relevance: relevance ? 5 : null,
        }))
        lines.push(
          JSON.stringify({
            kind: 'finished',
            ...name,
            poolCtrs,
            averageRelevances: poolCtrs.map((ctr) => (relevance ? 1 + 20 * ctr : null)),
            clicked: poolCtrs.map((ctr) => Math.round(5000 * ctr)),
            interactions: poolCtrs.map(() => 5000),
            usage: { modelCalls: 10, inputTokens: 5000, outputTokens: 140, costUsd: 0.01, seconds: 3 },
            refused: { 'too-long': place, duplicate: 1 },
            birthsMissed: 0,
            promptVersions: ['v1'],
            firstPool: pool,
            lastPool: pool,
          }),
        )
      }
    }
  }
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'config.json'), JSON.stringify(config))
  writeFileSync(join(directory, 'runs.jsonl'), lines.map((line) => `${line}\n`).join(''))
  return directory
}
