import type { ForageClientError, Report } from './errors.ts'
import { type Caller, callJson } from './http.ts'
import { type DefaultSlate, type Slate, type SlateOptions, silentSlate } from './slate.ts'
import type { Kept } from './storage.ts'
import type { WireItem, WireSlateAnswer } from './wire.ts'

const DAY_MS = 86_400_000
/** Contexts whose last slate is kept. */
const KEPT_MAX = 20
/** A second try within the caller's time comes after at most this long. */
const SECOND_TRY_MS_MAX = 250

export interface SlateSettings extends Caller {
  readonly url: string
  readonly timeoutMs: number
  /** Default one day. */
  readonly staleMs?: number | undefined
  /** Default none. */
  readonly defaultSlate?: DefaultSlate | undefined
  /** Where the last slates are kept. */
  readonly kept: Kept
  readonly report: Report
}

/** The last slate that was got for a context and size. */
interface LastSlate {
  readonly name: string
  readonly atMs: number
  readonly items: readonly WireItem[]
}

/** How slates are got: from the service, else the last one, else the caller's own. */
export function slateGetter(settings: SlateSettings) {
  const { url, timeoutMs, staleMs = DAY_MS, defaultSlate = [], kept, report } = settings
  /** Newest last. */
  let last: LastSlate[] = []

  return async function slate(
    context: string,
    options: SlateOptions,
    visitor: string | null,
  ): Promise<Slate> {
    const { size } = options
    const name = `${context} ${size ?? ''}`
    try {
      const found = slateOf(context, await ask(context, options, visitor))
      if (found.token) remember(name, found.items)
      if (found.items.length > 0) return found
    } catch (error) {
      report(error as ForageClientError)
      // Only a service that is away is stood in for: one that says no may have taken the texts back.
      if ((error as ForageClientError).isRetryable) {
        const stale = lastSlates().find((one) => one.name === name && Date.now() - one.atMs < staleMs)
        if (stale) return silentSlate('stale', context, stale.items)
      } else remember(name)
    }
    const texts = typeof defaultSlate === 'function' ? defaultSlate(context) : defaultSlate
    const items = texts
      .slice(0, size)
      .map((text, position) => ({ id: `default-${position}`, text, position }))
    return silentSlate('default', context, items)
  }

  async function ask(
    context: string,
    options: SlateOptions,
    visitor: string | null,
  ): Promise<WireSlateAnswer> {
    const untilMs = Date.now() + timeoutMs
    const query = new URLSearchParams()
    const { size, task, topic } = options
    for (const [name, value] of Object.entries({ size, visitor, task, topic })) {
      if (value !== undefined && value !== null) query.set(name, `${value}`)
    }
    const slateUrl = `${url}/v1/contexts/${encodeURIComponent(context)}/slate?${query}`
    const call = (withinMs: number) =>
      callJson<WireSlateAnswer>(
        settings,
        slateUrl,
        withinMs,
        (json) => Array.isArray(json?.items) && json.items.every((item) => typeof item?.text === 'string'),
      )
    try {
      return await call(timeoutMs)
    } catch (error) {
      const { isRetryable, retryAfterMs } = error as ForageClientError
      const waitMs = Math.max(retryAfterMs, SECOND_TRY_MS_MAX * Math.random())
      const leftMs = untilMs - Date.now() - waitMs
      if (!isRetryable || leftMs <= 0) throw error
      await new Promise((resolve) => setTimeout(resolve, waitMs))
      return call(leftMs)
    }
  }

  /** @param items left out: forgets them */
  function remember(name: string, items?: readonly WireItem[]): void {
    last = lastSlates().filter((one) => one.name !== name)
    if (items) last = [...last, { name, items, atMs: Date.now() }].slice(-KEPT_MAX)
    kept.write(last)
  }

  function lastSlates(): LastSlate[] {
    const found = [kept.read() || last].flat() as (LastSlate | undefined)[]
    return found.filter((one): one is LastSlate => Array.isArray(one?.items))
  }
}

function slateOf(context: string, answer: WireSlateAnswer): Slate {
  const { items, token, issuedAt, closesAt, arm, version } = answer
  if (!token) return silentSlate('default', context, items)
  // The two clocks need not agree, so only the length of time is taken from the service's.
  const openMs = Date.parse(closesAt) - Date.parse(issuedAt) || 0
  return { context, source: 'live', items, token, openUntilMs: Date.now() + openMs, arm, version }
}
