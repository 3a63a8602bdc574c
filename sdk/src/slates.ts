import { ForageClientError, type Report } from './errors.ts'
import { callJson } from './http.ts'
import { type DefaultSlate, defaultItems, type Slate, type SlateOptions, silentSlate } from './slate.ts'
import type { Kept } from './storage.ts'
import type { WireItem, WireSlateAnswer } from './wire.ts'

/** Contexts whose last slate is kept. */
const KEPT_MAX = 20
/** A second try within the caller's time comes after at most this long. */
const SECOND_TRY_MS_MAX = 250

export interface SlateSettings {
  readonly url: string
  readonly key: string
  readonly fetch: typeof fetch
  readonly timeoutMs: number
  readonly staleMs: number
  readonly defaultSlate: DefaultSlate
  readonly kept: Kept
  /** Under which name the last slates are kept. */
  readonly keptName: string
  readonly report: Report
}

/** Newest last. */
type LastSlates = { name: string; atMs: number; items: readonly WireItem[] }[]

/** How slates are got: from the service, else the last one, else the caller's own. Never rejects. */
export function slateGetter(settings: SlateSettings) {
  const { kept, keptName, report } = settings
  let last: LastSlates = []

  return async function slate(
    context: string,
    options: SlateOptions,
    visitor: string | null,
  ): Promise<Slate> {
    const name = `${context} ${options.size ?? ''}`
    try {
      const found = await ask(context, options, visitor)
      if (found.token !== null) {
        remember(name, found.items)
        return found
      }
      if (found.items.length > 0) return found
    } catch (error) {
      const failure = error as ForageClientError
      report(failure)
      // Only a service that is away is stood in for: one that says no may have taken the texts back.
      const stale = recall(name)
      if (failure.isRetryable && stale) return silentSlate('stale', context, stale)
      if (!failure.isRetryable) remember(name, undefined)
    }
    return silentSlate('default', context, defaultItems(settings.defaultSlate, context, options.size))
  }

  async function ask(context: string, options: SlateOptions, visitor: string | null): Promise<Slate> {
    const untilMs = Date.now() + settings.timeoutMs
    const query = new URLSearchParams()
    const { size, task, topic } = options
    for (const [name, value] of Object.entries({ size, visitor, task, topic })) {
      if (value !== undefined && value !== null) query.set(name, String(value))
    }
    const url = `${settings.url}/v1/contexts/${encodeURIComponent(context)}/slate?${query}`
    const init: RequestInit = {
      headers: { authorization: `Bearer ${settings.key}` },
      cache: 'no-store',
    }
    for (let isSecond = false, leftMs = settings.timeoutMs; ; isSecond = true) {
      try {
        return slateOf(context, await callJson(settings.fetch, url, init, leftMs))
      } catch (error) {
        const { isRetryable, retryAfterMs } = error as ForageClientError
        const waitMs = Math.max(retryAfterMs, SECOND_TRY_MS_MAX * Math.random())
        leftMs = untilMs - Date.now() - waitMs
        if (isSecond || !isRetryable || leftMs <= 0) throw error
        await new Promise((resolve) => setTimeout(resolve, waitMs))
      }
    }
  }

  function remember(name: string, items: readonly WireItem[] | undefined): void {
    const others = lastSlates().filter((one) => one.name !== name)
    last = [...others, ...(items ? [{ name, items, atMs: Date.now() }] : [])].slice(-KEPT_MAX)
    kept.write(keptName, last)
  }

  function recall(name: string): readonly WireItem[] | undefined {
    return lastSlates().find((one) => one.name === name && Date.now() - one.atMs < settings.staleMs)?.items
  }

  function lastSlates(): LastSlates {
    const found = kept.read(keptName)
    return Array.isArray(found) ? found.filter((one) => Array.isArray(one?.items)) : last
  }
}

/** @throws ForageClientError `bad-answer` when it is not a slate */
function slateOf(context: string, answer: object): Slate {
  const { items, token, issuedAt, closesAt, arm, version } = answer as Partial<WireSlateAnswer>
  if (!Array.isArray(items) || !items.every((item) => typeof item?.text === 'string')) {
    throw new ForageClientError('bad-answer', 'the answer is not a slate', { isRetryable: true })
  }
  if (typeof token !== 'string') return silentSlate('default', context, items)
  // The two clocks need not agree, so only the length of time is taken from the service's.
  const openMs = Date.parse(closesAt ?? '') - Date.parse(issuedAt ?? '') || 0
  return {
    context,
    source: 'live',
    items,
    token,
    openUntilMs: Date.now() + openMs,
    arm: arm ?? null,
    version: version ?? null,
  }
}
