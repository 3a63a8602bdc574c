import type { Candidate } from '../item.ts'
import type { Prompt } from './prompt.ts'

export type ParsedAnswer =
  | { readonly kind: 'candidates'; readonly candidates: readonly Candidate[] }
  | { readonly kind: 'unreadable'; readonly detail: string }

/**
 * Candidates in a model's answer. Completion: the line as it is. Chat: the texts of the JSON object's `items`;
 * a fence around the JSON is forgiven, anything else is unreadable. Nothing is judged here: checks do that.
 */
export function parseAnswer(
  prompt: Prompt,
  answer: { readonly text: string; readonly meanLogProbability?: number },
): ParsedAnswer {
  const logProbability =
    answer.meanLogProbability === undefined ? {} : { meanLogProbability: answer.meanLogProbability }
  if (prompt.rendering === 'completion') {
    return { kind: 'candidates', candidates: [{ text: answer.text.trim(), ...logProbability }] }
  }
  const json = answer.text.trim().replace(/^```(?:json)?\s*([\s\S]*?)\s*```$/u, '$1')
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return { kind: 'unreadable', detail: 'the answer is not JSON' }
  }
  const items = (value as { items?: unknown } | null)?.items
  if (!Array.isArray(items)) return { kind: 'unreadable', detail: 'the answer has no list "items"' }
  // More than was asked for may be a flood; the surplus is not read.
  const texts = items.slice(0, prompt.count).filter((item): item is string => typeof item === 'string')
  if (texts.length === 0) return { kind: 'unreadable', detail: 'the list "items" holds no text' }
  return { kind: 'candidates', candidates: texts.map((text) => ({ text: text.trim(), ...logProbability })) }
}
