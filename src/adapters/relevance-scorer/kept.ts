import { createHash } from 'node:crypto'
import type { KeptAnswers } from '../../ports/kept-answers.ts'
import type { RelevanceQuery, RelevanceResult, RelevanceScorer } from '../../ports/relevance-scorer.ts'
import type { VersionedScorer } from './versioned-scorer.ts'

/**
 * A scorer that asks another one only what was never asked before. The key is a hash of everything an answer depends
 * on: scorer, version, text, persona, and what the context says. Rejections are not kept. Closing closes the inner
 * scorer; the store belongs to whoever opened it.
 */
export function keptScorer(
  inner: RelevanceScorer & { readonly version?: string },
  store: KeptAnswers,
): VersionedScorer {
  const version = inner.version ?? ''
  return {
    name: inner.name,
    ...(inner.encoder === undefined ? {} : { encoder: inner.encoder }),
    version,
    async score(queries, signal) {
      signal?.throwIfAborted()
      const keys = queries.map((query) => keyOf(inner.name, version, query))
      const answers = new Map<string, RelevanceResult>()
      const unasked = new Map<string, RelevanceQuery>()
      for (const [index, key] of keys.entries()) {
        const kept = readResult(store.get(key))
        if (kept !== undefined) answers.set(key, kept)
        else unasked.set(key, queries[index] as RelevanceQuery)
      }
      if (unasked.size > 0) {
        const fresh = await inner.score([...unasked.values()], signal)
        const writes: Promise<void>[] = []
        for (const [index, key] of [...unasked.keys()].entries()) {
          const result = fresh[index] as RelevanceResult
          answers.set(key, result)
          if (result.kind === 'scored')
            writes.push(store.put(key, Buffer.from(JSON.stringify(result.relevance))))
        }
        await Promise.all(writes)
      }
      return keys.map((key) => answers.get(key) as RelevanceResult)
    },
    close: () => inner.close(),
  }
}

function keyOf(name: string, version: string, { text, persona, context }: RelevanceQuery): string {
  const parts = [
    name,
    version,
    text,
    persona.description,
    persona.examples,
    context.task,
    context.topic,
    context.article ?? null,
  ]
  return `relevance:${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`
}

/** Undefined for what is not there or not readable: it is asked again. */
function readResult(bytes: Uint8Array | undefined): RelevanceResult | undefined {
  if (bytes === undefined) return undefined
  const relevance = Number(Buffer.from(bytes).toString('utf8') || Number.NaN)
  return relevance >= 1 && relevance <= 10 ? { kind: 'scored', relevance } : undefined
}
