import type { Context } from '../context.ts'
import { foldedText } from '../folded-words.ts'
import { CHECK_LIMITS } from './check-limits.ts'

/**
 * The folded topic where it is a name, such as `Booking.com` or `Node.js`: then texts may say what checks refuse
 * elsewhere. Empty for a longer one: that is text, which a seller or a visitor may have written, and what it holds is
 * allowed to nobody.
 */
export function topicName({ topic }: Context): string {
  if (topic.length > CHECK_LIMITS.topicNameCharactersMax) return ''
  const words = topic.split(/\s+/u).filter((word) => word !== '')
  return words.length <= CHECK_LIMITS.topicNameWordsMax ? foldedText(topic) : ''
}
