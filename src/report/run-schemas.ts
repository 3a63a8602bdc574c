import { z } from 'zod'
import type { RunEvent } from '../lab/run-events.ts'
import type { RunConfig, WriterExchange } from './run-record.ts'

/**
 * Schemas of the files in a run's directory. Fields a later Forage adds are ignored, so that an older report
 * still opens newer runs; a field that is missing or says something impossible stops with its name.
 */

const fraction = z.number().min(0).max(1)
const wholeNumber = z.int().min(0)
const relevance = z.number().min(1).max(10).nullable()

const usage = z.object({
  modelCalls: wholeNumber,
  inputTokens: wholeNumber,
  outputTokens: wholeNumber,
  costUsd: z.number().min(0).nullable(),
  seconds: z.number().min(0),
})

const candidateText = { text: z.string(), meanLogProbability: z.number().optional() }
const candidate = z.discriminatedUnion('fate', [
  z.object({ fate: z.literal('born'), ...candidateText, itemId: z.string() }),
  z.object({ fate: z.literal('spare'), ...candidateText }),
  z.object({ fate: z.literal('refused'), ...candidateText, reason: z.string(), detail: z.string() }),
])

const poolEntry = z.object({
  id: z.string(),
  text: z.string(),
  mode: z.string(),
  parents: z.array(z.string()),
  itemCtr: fraction.nullable(),
  impressions: wholeNumber,
  clicks: wholeNumber,
  relevance,
})

const settings = z.object({
  poolSize: wholeNumber,
  replacedPerIteration: wholeNumber,
  iterations: wholeNumber,
  interactionsPerIteration: wholeNumber,
  slateSize: wholeNumber,
  ctrWindow: z.enum(['life', 'last']),
  exploreExploitTurns: z.enum(['both', 'alternate']),
  candidatesPerBirth: wholeNumber,
  writeAttemptsMax: wholeNumber,
  samplingTemperature: z.number(),
})

const runEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('run-started'),
    strategy: z.string(),
    task: z.string(),
    topic: z.string(),
    audience: z.string(),
    writer: z.string(),
    writerIsStandIn: z.boolean(),
    scorer: z.string(),
    seed: z.number(),
    settings,
    isMatched: z.boolean().optional(),
  }),
  z.object({
    kind: z.literal('request-answered'),
    iteration: wholeNumber,
    mode: z.string(),
    prompt: z.string(),
    promptVersion: z.string(),
    attempt: wholeNumber,
    answerKey: z.string(),
    usage,
    candidates: z.array(candidate),
  }),
  z.object({
    kind: z.literal('births-short'),
    iteration: wholeNumber,
    mode: z.string(),
    wanted: wholeNumber,
    got: wholeNumber,
  }),
  z.object({
    kind: z.literal('iteration-finished'),
    iteration: wholeNumber,
    poolCtr: fraction,
    averageRelevance: relevance,
    interactions: wholeNumber,
    clicked: wholeNumber,
    pool: z.array(poolEntry),
    dropped: z.array(z.string()),
    born: z.array(z.string()),
    refused: z.record(z.string(), wholeNumber),
    usage,
  }),
  z.object({
    kind: z.literal('run-finished'),
    summary: z.object({
      averageCtr: fraction,
      lastCtr: fraction,
      firstCtr: fraction,
      gain: z.number(),
      gainInterval: z.tuple([z.number(), z.number()]),
      iterations: wholeNumber,
      usage,
      writer: z.string(),
      scorer: z.string(),
      seed: z.number(),
    }),
  }),
])

/** One line of `events.jsonl`. Prompt kinds and reasons are kept as they are written: reports show them as text. */
export const runEventSchema = runEvent as unknown as z.ZodType<RunEvent>

const promptWords = { version: z.string() }
const exchange = z.object({
  request: z.object({
    prompt: z.discriminatedUnion('rendering', [
      z.object({ rendering: z.literal('chat'), ...promptWords, system: z.string(), user: z.string() }),
      z.object({ rendering: z.literal('completion'), ...promptWords, prefix: z.string(), tail: z.string() }),
    ]),
    samples: wholeNumber,
    seed: z.number(),
    samplingTemperature: z.number(),
    outputTokensMax: wholeNumber,
  }),
  answer: z.object({ texts: z.array(z.object(candidateText)), usage, model: z.string() }),
})

/** The request and the answer of a writer's line in `answers.jsonl`. */
export const writerExchangeSchema = exchange as unknown as z.ZodType<WriterExchange>

const persona = z.object({
  name: z.string(),
  description: z.string().default(''),
  weight: z.number().positive().default(1),
})
/** What a report needs of `config.json`. */
export const runConfigSchema = z
  .object({
    forage: z.string().optional(),
    article: z.string().optional(),
    audience: z.object({
      personas: z.array(persona).default([]),
      choiceTemperature: z.number().optional(),
      noClickScore: z.number().optional(),
    }),
  })
  .transform(
    ({ forage, article, audience }): RunConfig => ({
      ...(forage === undefined ? {} : { forageVersion: forage }),
      ...(article === undefined ? {} : { article }),
      personas: audience.personas,
      ...(audience.choiceTemperature === undefined ? {} : { choiceTemperature: audience.choiceTemperature }),
      ...(audience.noClickScore === undefined ? {} : { noClickScore: audience.noClickScore }),
    }),
  )
