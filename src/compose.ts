import { keptAnswersDirectory } from './compose/kept.ts'
import {
  afterColon,
  type Environment,
  type ModelsHost,
  type ModelsWanted,
  type Resources,
} from './compose/resources.ts'
import { chosenEncoder, chosenScorer } from './compose/scorer.ts'
import { chosenWriter } from './compose/writer.ts'
import { InputError } from './core/errors.ts'
import { modelsDirectory } from './models/cache-directory.ts'
import type { AnswerSources } from './ports/answer-log.ts'
import type { Encoder } from './ports/encoder.ts'
import type { RelevanceScorer } from './ports/relevance-scorer.ts'
import type { Writer } from './ports/writer.ts'
import { simulatedAudience } from './simulator/audience.ts'

export type { Environment, ModelsHost, ModelsWanted } from './compose/resources.ts'

// Adapters are imported where they are chosen: `forage --help` must not load a model's engine.

/** The environment of this process; read here and nowhere else. */
export function processEnvironment(): Environment {
  return process.env
}

/** Which models a run will use. Their names are known; nothing large is loaded yet. */
export interface ChosenModels {
  readonly writer: string
  readonly scorer: string
  /** Encoder that the scorer rests on, where it does. */
  readonly scorerEncoder?: string
  /** Finds near-duplicates by meaning; absent when there is none. */
  readonly encoder?: string
  /** True for a stand-in that is no language model; programs must say so. */
  readonly writerIsStandIn: boolean
  /** Loads them. What is in the answers file is not asked again; what is asked is kept there. */
  open(answersPath: string): Promise<OpenModels>
  /**
   * Loads them for many runs. What any process has asked is kept in one store under FORAGE_HOME, keyed by what was
   * asked; only new questions pass the host's meter. What a stand-in writes costs nothing and is not kept.
   *
   * @param runsAtOnce as many requests a local writer answers at the same time
   * @throws ForageError `kept-answers-unavailable`: what is paid for must not be lost
   */
  openKept(runsAtOnce: number): Promise<OpenModels>
  /** Frees everything, opened or not. Safe to call twice. */
  close(): Promise<void>
}

export interface OpenModels {
  readonly writer: Writer
  readonly scorer: RelevanceScorer
  readonly encoder?: Encoder
}

/**
 * Chooses writer, scorer and encoder.
 *
 * @throws InputError for a name that is none; ForageError `no-writer`, `model-missing` and what reading files throws
 */
export async function chooseModels(wanted: ModelsWanted, host: ModelsHost): Promise<ChosenModels> {
  const closing: Resources['closing'] = []
  const close = async () => {
    for (const one of closing.splice(0).reverse()) await one()
  }
  try {
    const recorded = await recordedAnswers(wanted.writer, closing)
    const resources: Resources = {
      wanted,
      host,
      modelsDirectory: modelsDirectory(host.env.FORAGE_HOME),
      closing,
      ...(recorded === undefined ? {} : { recorded }),
    }
    const writer = await chosenWriter(resources)
    const scorer = await chosenScorer(resources)
    const encoder = wanted.encoder === 'none' ? undefined : await chosenEncoder(resources)
    const writerIsStandIn = writer.name === 'grammar'
    return {
      writer: writer.name,
      writerIsStandIn,
      scorer: scorer.name,
      ...(scorer.encoder === undefined ? {} : { scorerEncoder: scorer.encoder }),
      ...(encoder === undefined ? {} : { encoder: encoder.name }),
      close,
      open: async (answersPath) =>
        opened(await writer.open(), await scorer.open(), await encoder?.open(), answersPath, closing),
      openKept: async (runsAtOnce) => {
        const open = await writer.open(runsAtOnce)
        const judge = await scorer.open()
        closing.push(
          () => open.close(),
          () => judge.close(),
        )
        const isFree = open.isStandIn || recorded !== undefined
        const kept = isFree ? open : await keptByContent(open, resources)
        const compared = await encoder?.open()
        return { writer: kept, scorer: judge, ...(compared === undefined ? {} : { encoder: compared }) }
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Chooses a scorer alone, for an audience whose texts somebody else writes.
 *
 * @throws InputError for a name that is none; ForageError `model-missing`
 */
export async function chooseScorer(
  wanted: Pick<ModelsWanted, 'scorer' | 'seed'>,
  host: ModelsHost,
): Promise<{ readonly name: string; open(): Promise<RelevanceScorer>; close(): Promise<void> }> {
  const closing: Resources['closing'] = []
  const resources = { wanted, host, modelsDirectory: modelsDirectory(host.env.FORAGE_HOME), closing }
  const { name, open } = await chosenScorer(resources)
  return {
    name,
    async open() {
      const scorer = await open()
      closing.push(() => scorer.close())
      return scorer
    },
    async close() {
      for (const one of closing.splice(0).reverse()) await one()
    },
  }
}

/** The simulated audience of a run. */
export const audienceOf = simulatedAudience

async function opened(
  writer: Writer,
  scorer: RelevanceScorer,
  encoder: Encoder | undefined,
  answersPath: string,
  closing: Resources['closing'],
): Promise<OpenModels> {
  const [{ openAnswerLog }, { recordingWriter }, { recordingScorer }, { recordingEncoder }] =
    await Promise.all([
      import('./lab/answer-log.ts'),
      import('./adapters/writer/recording.ts'),
      import('./lab/recorded-scorer.ts'),
      import('./lab/recorded-encoder.ts'),
    ])
  const sources: AnswerSources = {
    writer: { name: writer.name, rendering: writer.rendering, isStandIn: writer.isStandIn },
    scorer: { name: scorer.name, ...(scorer.encoder === undefined ? {} : { encoder: scorer.encoder }) },
    ...(encoder === undefined ? {} : { encoder: { name: encoder.name, dimensions: encoder.dimensions } }),
  }
  closing.push(
    () => writer.close(),
    () => scorer.close(),
  )
  const log = openAnswerLog(answersPath, { sources })
  closing.push(() => log.close())
  return {
    writer: recordingWriter(writer, log),
    scorer: recordingScorer(scorer, log),
    ...(encoder === undefined ? {} : { encoder: recordingEncoder(encoder, log) }),
  }
}

/** The paper's length test: relevance is the length of the text. */
export async function lengthScorer(measure: 'words' | 'characters'): Promise<RelevanceScorer> {
  const { characterCountScorer, wordCountScorer } = await import('./adapters/relevance-scorer/length.ts')
  return measure === 'words' ? wordCountScorer() : characterCountScorer()
}

/** List price of so many tokens, in US dollars; null for a model whose price is not known, 0 for a local one. */
export async function listPriceUsd(model: string, inputTokens: number, outputTokens: number) {
  if (model === 'grammar' || model.startsWith('local:')) return 0
  const { costUsd } = await import('./adapters/language-model/prices.ts')
  const colon = model.indexOf(':')
  return costUsd(model.slice(0, colon), model.slice(colon + 1), inputTokens, outputTokens)
}

async function keptByContent(writer: Writer, { host, closing }: Resources): Promise<Writer> {
  const [{ lmdbKeptAnswers }, { keptWriter }, { meteredWriter }] = await Promise.all([
    import('./adapters/kept-answers/lmdb.ts'),
    import('./adapters/writer/kept.ts'),
    import('./lab/scheduler/metered.ts'),
  ])
  const store = lmdbKeptAnswers({ directory: keptAnswersDirectory(host) })
  closing.push(() => store.close())
  return keptWriter(host.meter === undefined ? writer : meteredWriter(writer, host.meter), store)
}

async function recordedAnswers(spec: string | undefined, closing: Resources['closing']) {
  const path = afterColon(spec, 'recorded')
  if (path === undefined) return undefined
  if (path === '')
    throw new InputError('--writer', spec, 'name the answers file too: recorded:DIR/answers.jsonl')
  const { openAnswerLog } = await import('./lab/answer-log.ts')
  const log = openAnswerLog(path, { readOnly: true })
  closing.push(() => log.close())
  return log
}
