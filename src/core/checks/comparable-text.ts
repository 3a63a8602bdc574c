import { topicMentions } from '../topic-words.ts'

/** What stands for the topic in a comparable text. */
const NEUTRAL_NOUN = 'the product'

/**
 * The text with each mention of the topic, and the article before it, replaced by a neutral noun. Encoders
 * are given this form when two texts about one topic are compared, because the topic's own words bring all
 * such texts close together. Figures: docs/checks.md.
 *
 * @example comparableText('Is a vacuum cleaner loud?', 'Vacuums') // 'Is the product loud?'
 */
export function comparableText(text: string, topic: string): string {
  return withTopicAs(text, topic, NEUTRAL_NOUN)
}

/** The text with each mention of the topic, and the article before it, replaced by `noun`. */
export function withTopicAs(text: string, topic: string, noun: string): string {
  let result = ''
  let from = 0
  for (const { start, end } of topicMentions(text, topic)) {
    result += text.slice(from, start).replace(/(?<![\p{L}\p{N}])(?:an?|the)\s+$/iu, '') + noun
    from = end
  }
  return result + text.slice(from)
}
