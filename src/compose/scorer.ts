import { ForageError, InputError } from '../core/errors.ts'
import type { Encoder } from '../ports/encoder.ts'
import type { RelevanceScorer } from '../ports/relevance-scorer.ts'
import { keptAnswers, minilm } from './kept.ts'
import { providerModel, providers } from './provider.ts'
import type { Choice, Resources } from './resources.ts'

/** The scorer that `--scorer` names; without it the recorded one, else by embeddings. */
export async function chosenScorer(resources: Resources): Promise<Choice<RelevanceScorer>> {
  const { wanted, host, recorded } = resources
  const spec = wanted.scorer ?? recorded?.sources.scorer?.name ?? 'embedding'
  const recordedName = recorded?.sources.scorer?.name
  if (
    recorded !== undefined &&
    (spec === recordedName || (spec === 'embedding' && recordedName === 'embedding:minilm'))
  ) {
    const scorer = (await import('../lab/recorded-scorer.ts')).recordedScorer(recorded)
    return { ...namesOf(scorer), open: async () => scorer }
  }
  if (spec === 'words' || spec === 'characters') {
    const { characterCountScorer, wordCountScorer } = await import('../adapters/relevance-scorer/length.ts')
    const scorer = spec === 'words' ? wordCountScorer() : characterCountScorer()
    return { name: scorer.name, open: async () => scorer }
  }
  const kept = async (inner: RelevanceScorer) => {
    const store = await keptAnswers(resources)
    return store === undefined
      ? inner
      : (await import('../adapters/relevance-scorer/kept.ts')).keptScorer(inner, store)
  }
  if (spec === 'embedding' || spec === 'embedding:minilm') {
    const encoder = await minilm(resources)
    if ('missing' in encoder) {
      throw new ForageError(
        'model-missing',
        `the scorer "embedding" needs ${encoder.missing}, or give --scorer words`,
      )
    }
    const { embeddingScorer } = await import('../adapters/relevance-scorer/embedding.ts')
    const scorer = embeddingScorer({ encoder })
    return { ...namesOf(scorer), open: () => kept(scorer) }
  }
  const { isProviderSpec } = await providers()
  if (isProviderSpec(spec)) {
    const model = await providerModel(spec, '--scorer', host)
    const languageModel =
      host.meter === undefined
        ? model
        : (await import('../lab/scheduler/metered.ts')).meteredLanguageModel(model, host.meter)
    const { languageModelScorer } = await import('../adapters/relevance-scorer/language-model.ts')
    const scorer = languageModelScorer({ languageModel, seed: wanted.seed })
    return { name: scorer.name, open: () => kept(scorer) }
  }
  throw new InputError(
    '--scorer',
    spec,
    'give embedding, words, characters, or a provider and its model, such as openai:gpt-4.1-mini',
  )
}

function namesOf({ name, encoder }: RelevanceScorer): { name: string; encoder?: string } {
  return { name, ...(encoder === undefined ? {} : { encoder }) }
}

/** What finds near-duplicates by meaning: the recorded encoder, else MiniLM where it is installed. */
export async function chosenEncoder(resources: Resources): Promise<Choice<Encoder> | undefined> {
  const { recorded, host } = resources
  if (recorded !== undefined) {
    if (recorded.sources.encoder === undefined) return undefined
    const encoder = (await import('../lab/recorded-encoder.ts')).recordedEncoder(recorded)
    return { name: encoder.name, open: async () => encoder }
  }
  const encoder = await minilm(resources)
  if (!('missing' in encoder)) return { name: encoder.name, open: async () => encoder }
  host.note(`Near-duplicates are found by their words only. To find them by meaning needs ${encoder.missing}`)
  return undefined
}
