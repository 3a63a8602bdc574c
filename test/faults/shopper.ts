import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from '../../src/core/random.ts'
import type { Ledger, SentEvent, SlateSeen } from './ledger.ts'

export interface Shop {
  /** Nodes that may be asked; some of them may be dead. */
  readonly urls: readonly string[]
  readonly key: string
  readonly contexts: readonly string[]
  readonly ledger: Ledger
}

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

const REQUEST_MS_MAX = 5_000
const RETRY_MS = 25
/** A client gives up after this long. */
const PATIENCE_MS = 60_000

/**
 * One visit by a client that does not give up: a slate, then impressions and clicks in batches, early or late, some
 * sent twice, each until an answer comes, from whichever node.
 */
export async function visitOnce(shop: Shop, visitor: string, random: Random): Promise<void> {
  const slate = await slateFor(shop, visitor, random)
  if (slate === undefined) return
  const { ledger } = shop
  const batches = batchesOf(slate, random)
  for (const batch of batches) ledger.events.push(...batch)
  for (const batch of batches) {
    await deliver(shop, batch, random)
    if (random.uniform() < 0.1) await deliver(shop, batch, random)
  }
}

async function slateFor(shop: Shop, visitor: string, random: Random): Promise<SlateSeen | undefined> {
  const context = shop.contexts[random.integer(shop.contexts.length)] as string
  const path = `/v1/contexts/${encodeURIComponent(context)}/slate?visitor=${visitor}`
  const answer = await askUntilAnswered(shop, path, {}, random, () => {})
  if (answer === undefined) return undefined
  if (answer.status !== 200) {
    shop.ledger.odd.push(`slate: ${answer.status} ${JSON.stringify(answer.body)}`)
    return undefined
  }
  if (answer.body.token === null) {
    shop.ledger.defaults++
    return undefined
  }
  const slate = answer.body as unknown as SlateSeen
  shop.ledger.slates.push(slate)
  return slate
}

/** What one visitor does on a slate, in the batches and the order in which it is sent. */
function batchesOf(slate: SlateSeen, random: Random): SentEvent[][] {
  const sent = (kind: SentEvent['kind'], position: number): SentEvent => ({
    slate,
    id: `${kind}${position}`,
    kind,
    position,
    fate: 'unknown',
    mayBeStored: false,
  })
  const impressions =
    random.uniform() < 0.5
      ? [sent('impression', -1)]
      : slate.items.map((_, position) => sent('impression', position))
  const clicks = slate.items
    .map((_, position) => position)
    .filter(() => random.uniform() < 0.25)
    .map((position) => sent('click', position))
  const lot = random.uniform()
  if (clicks.length === 0) return [impressions]
  if (lot < 0.4) return [[...impressions, ...clicks]]
  return lot < 0.7 ? [impressions, clicks] : [clicks, impressions]
}

async function deliver(shop: Shop, batch: readonly SentEvent[], random: Random): Promise<void> {
  const body = JSON.stringify(
    batch.map(({ id, kind, position, slate }) => ({
      id,
      type: kind,
      token: slate.token,
      ...(position < 0 ? {} : { item: slate.items[position]?.id }),
    })),
  )
  const init = { method: 'POST', body, headers: { 'content-type': 'application/json' } }
  const answer = await askUntilAnswered(shop, '/v1/events', init, random, () => {
    for (const event of batch) event.mayBeStored = true
  })
  if (answer === undefined) return
  const results = answer.body.results as { id: string; status: string }[] | undefined
  if (answer.status !== 200 || results?.length !== batch.length) {
    shop.ledger.odd.push(`events: ${answer.status} ${JSON.stringify(answer.body)}`)
    return
  }
  for (const [index, event] of batch.entries()) {
    const status = results[index]?.status ?? ''
    if (status === 'accepted' || status === 'duplicate') event.fate = 'acknowledged'
    else if (status !== 'expired')
      shop.ledger.odd.push(`event ${event.id}: ${JSON.stringify(results[index])}`)
    else if (!event.mayBeStored && event.fate === 'unknown') event.fate = 'refused'
  }
}

/** Asks until there is an answer that is not "come again". Undefined when patience is over. */
async function askUntilAnswered(
  shop: Shop,
  path: string,
  init: RequestInit,
  random: Random,
  onFailure: () => void,
): Promise<Answer | undefined> {
  const endMs = Date.now() + PATIENCE_MS
  const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${shop.key}` }
  while (Date.now() < endMs) {
    const url = shop.urls[random.integer(shop.urls.length)]
    try {
      const signal = AbortSignal.timeout(REQUEST_MS_MAX)
      const response = await fetch(`${url}${path}`, { ...init, headers, signal })
      const body = (await response.json()) as Record<string, unknown>
      shop.ledger.answered++
      if (response.status !== 503 && response.status !== 429) return { status: response.status, body }
    } catch {
      shop.ledger.failed++
    }
    onFailure()
    await pause(RETRY_MS)
  }
  shop.ledger.odd.push(`no answer for ${PATIENCE_MS / 1000} s: ${path}`)
  return undefined
}
