import { z } from 'zod'
import { canonicalJson } from '../core/canonical-json.ts'
import type { AnswerKind, AnswerSources, Answers, Questions } from '../ports/answer-log.ts'
import { keptQuestion, sha256 } from './answer-key.ts'

/** Format of the file; raised when older readers would misread it. */
const VERSION = 1

const count = z.int().nonnegative()

const headerLine = z.strictObject({
  kind: z.literal('header'),
  version: z.literal(VERSION),
  writer: z
    .object({ name: z.string(), rendering: z.enum(['chat', 'completion']), isStandIn: z.boolean() })
    .exactOptional(),
  scorer: z.object({ name: z.string(), encoder: z.string().exactOptional() }).exactOptional(),
  encoder: z.object({ name: z.string(), dimensions: z.int().positive() }).exactOptional(),
})

const writerAnswer = z.object({
  texts: z.array(z.object({ text: z.string(), meanLogProbability: z.number().exactOptional() })),
  usage: z.object({
    modelCalls: count,
    inputTokens: count,
    outputTokens: count,
    costUsd: z.number().nonnegative().nullable(),
    seconds: z.number().nonnegative(),
  }),
  model: z.string(),
})

const relevanceAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('scored'), relevance: z.number().min(1).max(10) }),
  z.object({ kind: z.literal('rejected'), reason: z.string() }),
])

const common = { key: z.string(), request: z.record(z.string(), z.unknown()) }
const answerLine = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('writer'), ...common, answer: writerAnswer }),
  z.strictObject({ kind: z.literal('relevance'), ...common, answer: relevanceAnswer }),
  z.strictObject({ kind: z.literal('embedding'), ...common, answer: z.base64() }),
])

type KeptAnswer = Answers['writer'] | Answers['relevance'] | string

/** One kept answer, as its line says it. */
export interface AnswerLine {
  readonly kind: AnswerKind
  readonly key: string
  readonly request: Readonly<Record<string, unknown>>
  readonly answer: KeptAnswer
}

/** The first line of a file, with its line end. */
export function headerText(sources: AnswerSources): string {
  const { writer, scorer, encoder } = sources
  return `${JSON.stringify({ kind: 'header', version: VERSION, writer, scorer, encoder })}\n`
}

/** The line of an answer, with its line end, and its key. */
export function answerText<K extends AnswerKind>(kind: K, question: Questions[K], answer: Answers[K]) {
  const request = canonicalJson(keptQuestion(kind, question))
  const key = sha256(request)
  const kept = answer instanceof Float32Array ? base64(answer) : answer
  return {
    key,
    line: `{"kind":"${kind}","key":"${key}","request":${request},"answer":${JSON.stringify(kept)}}\n`,
  }
}

/** @throws Error saying what is wrong with the line */
export function parseHeader(text: string): AnswerSources {
  const parsed = headerLine.safeParse(parseJson(text))
  if (!parsed.success) throw new Error(`not the header of an answers file (${firstIssue(parsed.error)})`)
  const { kind: _, version: __, ...sources } = parsed.data
  return sources
}

/** @throws Error saying what is wrong with the line */
export function parseAnswer(text: string): AnswerLine {
  const parsed = answerLine.safeParse(parseJson(text))
  if (!parsed.success) throw new Error(firstIssue(parsed.error))
  if (sha256(canonicalJson(parsed.data.request)) !== parsed.data.key) {
    throw new Error('key: is not the hash of the request; the line was changed')
  }
  return parsed.data
}

/** The answer of a line as its reader wants it. */
export function answerOf<K extends AnswerKind>(line: AnswerLine): Answers[K] {
  return (typeof line.answer === 'string' ? fromBase64(line.answer) : line.answer) as Answers[K]
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('not JSON')
  }
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0]
  const path = issue?.path.join('.') ?? ''
  return path === '' ? (issue?.message ?? 'wrong form') : `${path}: ${issue?.message}`
}

/** Little-endian, whatever the machine. */
function base64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4)
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4)
  return bytes.toString('base64')
}

function fromBase64(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64')
  return Float32Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) =>
    bytes.readFloatLE(index * 4),
  )
}
