import type { RefusalReason } from '../src/core/checks/check.ts'
import { type Random, randomStream, shuffled } from '../src/core/random.ts'
import { DEFAULT_SETTINGS, type LoopSettings } from '../src/core/settings.ts'
import type { CandidateFate, PoolEntry, RunEvent } from '../src/lab/run-events.ts'
import type { Usage } from '../src/ports/writer.ts'
import type { RunRecord, WriterExchange } from '../src/report/run-record.ts'

/** A made-up run, of the shape that the lab writes. */
export interface FixtureOptions {
  readonly seed?: number
  readonly strategy?: 'explore-exploit' | 'full-ctr' | 'no-drop'
  readonly settings?: Partial<LoopSettings>
  readonly topic?: string
  readonly standIn?: boolean
  readonly rendering?: 'chat' | 'completion'
  readonly relevance?: boolean
  /** Iteration during whose writing the run was stopped. */
  readonly stoppedAt?: number
  /** Iteration whose second request gave nothing. */
  readonly shortAt?: number
  /** Every tenth text is one of these. */
  readonly hostile?: readonly string[]
  readonly costUsd?: number | null
}
export const HOSTILE_TEXTS: readonly string[] = [
  '<script>document.title="owned";fetch("http://192.0.2.1/")</script> Is a cooker worth it?',
  '"><img src=x onerror="document.title=\'owned\'"> What is in it?',
  '</style></title></textarea></svg><svg onload=alert(1)>',
  'How much \u202egpj.exe\u202c does a \u200bcooker\u2066 cost?\u0000\u0007',
  `Why ${'does a very long question about rice cookers go on and on, '.repeat(35)}and end?`,
  'a'.repeat(2000),
  'أي طباخة أرز تدوم أطول؟ \ud800 & < > " \' ]]> <!-- {{x}}',
  'two\nlines\r\nand\ta tab',
]
const OPENERS = [
  'How long does',
  'What does it cost to run',
  'How easy is it to clean',
  'Which materials make',
  'Can you leave',
  'How quietly does',
  'What warranty comes with',
  'How much power is used by',
  'Who repairs',
  'How do people in small flats use',
]
const ENDINGS = [
  'a rice cooker',
  'a rice cooker with a steel bowl',
  'a rice cooker over ten years',
  'rice cookers from a small maker',
  'a rice cooker that also steams vegetables',
  'a rice cooker for a family of five',
]
const REASONS: readonly (readonly [RefusalReason, string])[] = [
  ['near-duplicate', 'similarity 0.93 to i2; at most 0.86'],
  ['off-topic', 'does not name rice cookers'],
  ['too-long', '17 words; at most 15'],
  ['not-fluent', 'mean log-probability -2.31; at least -1.80'],
  ['duplicate', 'the same as i1'],
  ['repeats-itself', '"a rice cooker" twice'],
]

export function fixtureRun(options: FixtureOptions = {}): RunRecord {
  const settings = { ...DEFAULT_SETTINGS, ...options.settings }
  const { seed = 1, strategy = 'explore-exploit', topic = 'Rice Cookers', relevance = true } = options
  const random = randomStream(seed, 'report-fixture')
  const writer = options.standIn === true ? 'grammar' : 'local:gemma-3-270m'
  const events: RunEvent[] = [
    {
      kind: 'run-started',
      strategy,
      task: 'shopping-question',
      topic,
      audience: 'price, quality',
      writer,
      writerIsStandIn: options.standIn === true,
      scorer: 'embedding:minilm',
      seed,
      settings,
    },
  ]
  const answers = new Map<string, WriterExchange>()
  const lives: (PoolEntry & { quality: number })[] = []
  let pool: number[] = []
  let written = 0
  const total = { ...usageOf(0, 0), costUsd: options.costUsd ?? null }

  for (let iteration = 0; iteration <= settings.iterations; iteration++) {
    const before = pool
    const rated = [...pool].sort((a, b) => (lives[a]?.itemCtr ?? 0) - (lives[b]?.itemCtr ?? 0))
    const modes =
      iteration === 0 ? ['seed'] : strategy === 'explore-exploit' ? ['explore', 'exploit'] : [strategy]
    const refused: Partial<Record<RefusalReason, number>> = {}
    const born: number[] = []
    const usage = usageOf(0, 0)
    for (const [place, mode] of modes.entries()) {
      const short = options.shortAt === iteration && place === modes.length - 1
      const wanted = iteration === 0 ? settings.poolSize : settings.replacedPerIteration
      const parents = ['seed', 'explore', 'no-drop'].includes(mode) ? [] : rated.slice(-2).reverse()
      for (let attempt = 0; attempt < (short ? settings.writeAttemptsMax : 1); attempt++) {
        const candidates: CandidateFate[] = []
        const births = short ? 0 : wanted
        for (let index = 0; index < wanted * settings.candidatesPerBirth; index++) {
          const text = textOf(random, written++, options.hostile)
          const meanLogProbability = -0.6 - random.uniform() * 1.4
          if (index < births) {
            const id = lives.length
            const best = Math.max(0, ...parents.map((parent) => lives[parent]?.quality ?? 0))
            lives.push({
              id: `i${id}`,
              text,
              mode,
              parents: parents.map((parent) => `i${parent}`),
              itemCtr: null,
              impressions: 0,
              clicks: 0,
              relevance: null,
              quality: Math.min(
                0.09,
                Math.max(best * (0.75 + random.uniform() * 0.45), random.uniform() ** 3 * 0.05),
              ),
            })
            born.push(id)
            candidates.push({ fate: 'born', text, meanLogProbability, itemId: `i${id}` })
          } else if (!short && random.uniform() < 0.5)
            candidates.push({ fate: 'spare', text, meanLogProbability })
          else {
            const [reason, detail] = REASONS[random.integer(REASONS.length)] as (typeof REASONS)[number]
            refused[reason] = (refused[reason] ?? 0) + 1
            candidates.push({ fate: 'refused', text, meanLogProbability, reason, detail })
          }
        }
        const took = usageOf(candidates.length, options.costUsd ?? null)
        addUsage(usage, took)
        const answerKey = `${seed}-${iteration}-${mode}-${attempt}`.padEnd(32, '0')
        answers.set(
          answerKey,
          exchange(options.rendering ?? 'completion', topic, mode, candidates, took, lives),
        )
        events.push({
          kind: 'request-answered',
          iteration,
          mode,
          prompt: mode === 'seed' ? 'seed' : mode === 'explore' ? 'explore' : 'exploit',
          promptVersion: `${mode}@completion-1+shopping-question-1`,
          attempt,
          answerKey,
          usage: took,
          candidates: shuffled(candidates, random),
        })
      }
      if (short) events.push({ kind: 'births-short', iteration, mode, wanted, got: 0 })
    }
    if (options.stoppedAt === iteration) return record(events, answers)
    const leaving = strategy === 'no-drop' || iteration === 0 ? [] : rated.slice(0, born.length)
    pool = [...pool.filter((id) => !leaving.includes(id)), ...born]
    let clicked = 0
    for (const id of pool) {
      const life = lives[id] as (typeof lives)[number]
      const shown = Math.round((settings.interactionsPerIteration * settings.slateSize) / pool.length)
      const clicks = Math.min(shown, Math.round(shown * life.quality * (0.94 + random.uniform() * 0.12)))
      clicked += clicks
      lives[id] = {
        ...life,
        impressions: life.impressions + shown,
        clicks: life.clicks + clicks,
        itemCtr: (life.clicks + clicks) / (life.impressions + shown),
        relevance: relevance ? Math.min(10, 1.5 + Math.sqrt(life.quality) * 20) : null,
      }
    }
    clicked = Math.min(clicked, settings.interactionsPerIteration)
    const entries = pool.map((id) => {
      const { quality: _, ...entry } = lives[id] as (typeof lives)[number]
      return entry
    })
    addUsage(total, usage)
    events.push({
      kind: 'iteration-finished',
      iteration,
      poolCtr: clicked / settings.interactionsPerIteration,
      averageRelevance: relevance
        ? entries.reduce((sum, entry) => sum + (entry.relevance ?? 0), 0) / entries.length
        : null,
      interactions: settings.interactionsPerIteration,
      clicked,
      pool: entries,
      dropped: before.filter((id) => !pool.includes(id)).map((id) => `i${id}`),
      born: born.map((id) => `i${id}`),
      refused,
      usage,
    })
  }
  const rates = events.flatMap((event) => (event.kind === 'iteration-finished' ? [event.poolCtr] : []))
  const firstCtr = rates[0] as number
  const lastCtr = rates.at(-1) as number
  const spread =
    1.96 *
    Math.sqrt((firstCtr * (1 - firstCtr) + lastCtr * (1 - lastCtr)) / settings.interactionsPerIteration)
  events.push({
    kind: 'run-finished',
    summary: {
      averageCtr: rates.reduce((sum, rate) => sum + rate, 0) / rates.length,
      lastCtr,
      firstCtr,
      gain: lastCtr - firstCtr,
      gainInterval: [lastCtr - firstCtr - spread, lastCtr - firstCtr + spread],
      iterations: settings.iterations,
      usage: total,
      writer,
      scorer: 'embedding:minilm',
      seed,
    },
  })
  return record(events, answers)
}

function record(events: readonly RunEvent[], answers: ReadonlyMap<string, WriterExchange>): RunRecord {
  return {
    config: {
      forageVersion: '0.1.0',
      personas: [
        {
          name: 'Price',
          description: 'Looks at the price, and at what it costs to own and to run.',
          weight: 1,
        },
        { name: 'Quality', description: 'Looks at materials, finish, and how long it lasts.', weight: 2 },
      ],
      choiceTemperature: 1.5,
      noClickScore: 11,
    },
    events,
    answers,
  }
}

function textOf(random: Random, number: number, hostile: readonly string[] | undefined): string {
  if (hostile !== undefined && number % 3 === 0) return hostile[(number / 3) % hostile.length] as string
  return `${OPENERS[random.integer(OPENERS.length)]} ${ENDINGS[random.integer(ENDINGS.length)]}${number % 4 === 0 ? ` after ${number + 2} months of daily use` : ''}?`
}

function exchange(
  rendering: 'chat' | 'completion',
  topic: string,
  mode: string,
  candidates: readonly CandidateFate[],
  usage: Usage,
  items: readonly PoolEntry[],
): WriterExchange {
  const shown = items.map((item) => `${((item.itemCtr ?? 0) * 100).toFixed(1)} %  ${item.text}`).join('\n')
  return {
    request: {
      prompt:
        rendering === 'chat'
          ? {
              rendering,
              version: `${mode}@chat-1`,
              system: 'You write questions.',
              user: `${topic}\n${shown}`,
            }
          : {
              rendering,
              version: `${mode}@completion-1`,
              prefix: `Questions people ask about desk lamps:\n- How bright is it?\n\nQuestions about ${topic}:\n`,
              tail: `${shown}\n- `,
            },
      samples: candidates.length,
      seed: 7,
      samplingTemperature: 0.9,
      outputTokensMax: 40,
    },
    answer: {
      texts: candidates.map(({ text, meanLogProbability }) => ({
        text,
        ...(meanLogProbability === undefined ? {} : { meanLogProbability }),
      })),
      usage,
      model: 'gemma-3-270m-q4_k_m',
    },
  }
}

function usageOf(calls: number, costUsd: number | null): Usage {
  return {
    modelCalls: calls,
    inputTokens: calls * 180,
    outputTokens: calls * 14,
    costUsd,
    seconds: calls * 0.21,
  }
}

function addUsage(sum: { -readonly [Key in keyof Usage]: Usage[Key] }, usage: Usage): void {
  sum.modelCalls += usage.modelCalls
  sum.inputTokens += usage.inputTokens
  sum.outputTokens += usage.outputTokens
  sum.seconds += usage.seconds
  sum.costUsd = sum.costUsd === null || usage.costUsd === null ? null : sum.costUsd + usage.costUsd
}
