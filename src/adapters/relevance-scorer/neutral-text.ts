import { topicMentions } from '../../core/topic-words.ts'

/** An article right before a mention goes with it: `a rice cooker` becomes `it`. */
const ARTICLE_AT_END = /(^|[\s([{"'])(?:a|an|the)\s+$/i

/**
 * The text with every mention of the topic replaced by a neutral word, so that what the text is about does not
 * hide what it asks: `Is a rice cooker durable?` becomes `Is it durable?`. Mentions that touch (`racks and
 * shelves`) become one word.
 */
export function neutralText(text: string, topic: string, neutralWord: string): string {
  let result = ''
  let end = 0
  for (const mention of topicMentions(text, topic)) {
    const between = text.slice(end, mention.start)
    const joinsLast = end > 0 && /^[\s,&/-]*(?:(?:and|or)\s+)?(?:(?:a|an|the)\s+)?$/i.test(between)
    if (!joinsLast) result += between.replace(ARTICLE_AT_END, '$1') + neutralWord
    end = mention.end
  }
  return result + text.slice(end)
}
