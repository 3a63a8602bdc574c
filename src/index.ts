/**
 * @module Forage as a library: the loop, its parts, and what to put in their place. Stable are the names
 * exported here; everything else may change between versions.
 */

export { minilmEncoder } from './adapters/encoder/minilm.ts'
export { embeddingScorer } from './adapters/relevance-scorer/embedding.ts'
export { languageModelScorer } from './adapters/relevance-scorer/language-model.ts'
export { characterCountScorer, wordCountScorer } from './adapters/relevance-scorer/length.ts'
export { chatWriter } from './adapters/writer/chat.ts'
export { grammarWriter } from './adapters/writer/grammar.ts'
export { type LocalWriterOptions, localWriter } from './adapters/writer/local.ts'
export type { Refusal, RefusalReason } from './core/checks/check.ts'
export { checkCandidate } from './core/checks/check-candidate.ts'
export type { Context } from './core/context.ts'
export { ForageError, InputError } from './core/errors.ts'
export {
  type Evidence,
  foldOutcomes,
  type ItemCounts,
  type ItemEvidence,
  itemCtr,
  NO_EVIDENCE,
  poolCtr,
  type SlateOutcome,
} from './core/evidence.ts'
export type { Candidate, Item, WriteMode } from './core/item.ts'
export { type PoolState, poolItems } from './core/item-pool.ts'
export { applyBirths, type Birth, initialPool, initialRequest, planIteration } from './core/loop.ts'
export type {
  AudienceBehaviour,
  ClickBots,
  InterestDrift,
  Persona,
  Population,
  WeightedPersona,
} from './core/persona.ts'
export { parseAnswer } from './core/prompts/parse.ts'
export type { ChatPrompt, CompletionPrompt, Prompt } from './core/prompts/prompt.ts'
export { renderRequest } from './core/prompts/render.ts'
export { derivedSeed, type Random, randomStream, shuffled } from './core/random.ts'
export { checkedSettings, DEFAULT_SETTINGS, type LoopSettings } from './core/settings.ts'
export {
  type Interval,
  newcombeInterval,
  twoProportionZTest,
  wilsonInterval,
} from './core/statistics/proportions.ts'
export { checkStrategyFits, STRATEGIES } from './core/strategies/index.ts'
export type { Plan, PromptKind, ShownItem, Strategy, WriteRequest } from './core/strategies/strategy.ts'
export type { ItemConstraints, TaskDefinition, TaskShot } from './core/task.ts'
export { loadAudience } from './lab/audience-file.ts'
export type * from './lab/run-events.ts'
export { loadTask } from './lab/task-file.ts'
export { scorerFrom, writerFrom } from './library/own-parts.ts'
export { type RunInput, run } from './library/run.ts'
export type { Audience, Visits } from './ports/audience.ts'
export type { Encoder } from './ports/encoder.ts'
export type { LanguageModel } from './ports/language-model.ts'
export type { RelevanceQuery, RelevanceResult, RelevanceScorer } from './ports/relevance-scorer.ts'
export type { AnswerText, Usage, Writer, WriterAnswer, WriterRequest } from './ports/writer.ts'
export {
  type SimulatedAudience,
  type SimulatedAudienceOptions,
  simulatedAudience,
} from './simulator/audience.ts'
export { clickProbabilities } from './simulator/click-model.ts'
