/** Texts kept for a topic. Each earlier text is compared with every candidate, and what it comes to never changes. */
const TEXTS_MAX = 4096
/** Topics kept: those of the runs that go on at a time. */
const TOPICS_MAX = 16

/**
 * `make`, worked out once for each text and kept; the oldest leave first.
 *
 * Kept topic by topic, because a text that is looked up by itself has its hash already: a key put together for
 * every lookup took longer than all else when a candidate was compared with hundreds of earlier texts.
 *
 * @param make pure, and hangs on nothing but text and topic; its result must not be changed
 */
export function keptByTopic<Result extends object>(
  make: (text: string, topic: string) => Result,
): (text: string, topic: string) => Result {
  const topics = new Map<string, Map<string, Result>>()
  return (text, topic) => {
    const texts = topics.get(topic) ?? added(topics, topic, new Map<string, Result>(), TOPICS_MAX)
    return texts.get(text) ?? added(texts, text, make(text, topic), TEXTS_MAX)
  }
}

function added<Value>(map: Map<string, Value>, key: string, value: Value, most: number): Value {
  if (map.size >= most) map.delete(map.keys().next().value as string)
  map.set(key, value)
  return value
}
