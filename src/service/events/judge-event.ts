import type { EventMark, LiveEvent, SlateClaims } from '../../core/live/slate-claims.ts'
import { WHOLE_SLATE } from '../../core/live/slate-claims.ts'
import { type EventResult, type EventSent, eventSchema } from '../contract/events.ts'
import { UnreadableLine } from './read-batch.ts'

/** What is known of the sender of a batch, and of the time. */
export interface BatchFacts {
  readonly nowMs: number
  /** True when the sender is a program that calls itself one. */
  readonly isBot: boolean
  /** Keyed hash of the sender's network; undefined when a server sends, whose network is not the visitor's. */
  readonly network: string | undefined
  /** Claims of a token that was signed here. */
  readonly verify: (token: string) => SlateClaims | undefined
  /** Milliseconds under which a click on a slate of the context is a machine's; undefined for a removed context. */
  readonly clickMsMin: (contextId: number) => number | undefined
}

/** A client's clock may be this far off; what lies further from a slate's life is not told by a browser's clock. */
const CLOCK_ERROR_MS_MAX = 24 * 3_600_000

/** An event that may be stored, or what is wrong with it. */
export function judgeEvent(value: unknown, facts: BatchFacts): LiveEvent | EventResult {
  if (value instanceof UnreadableLine) {
    return { id: null, status: 'bad-event', detail: `line ${value.number} is not JSON` }
  }
  const read = eventSchema.safeParse(value)
  if (!read.success) {
    const [issue] = read.error.issues
    const field = issue?.path.join('.') ?? ''
    const detail = `${field === '' ? 'event' : field}: ${issue?.message ?? 'is wrong'}`
    return { id: idOf(value), status: 'bad-event', detail }
  }
  const event = read.data
  const slate = facts.verify(event.token)
  if (slate === undefined) {
    return { id: event.id, status: 'bad-token', detail: 'the token was not signed here, or was altered' }
  }
  const clickMsMin = facts.clickMsMin(slate.contextId)
  if (clickMsMin === undefined) {
    return { id: event.id, status: 'expired', detail: 'the context was removed' }
  }
  if (facts.nowMs >= slate.closesAtMs) {
    return { id: event.id, status: 'expired', detail: 'the time of the slate is over' }
  }
  const position = event.item === undefined ? WHOLE_SLATE : slate.itemIds.indexOf(event.item)
  if (event.item !== undefined && position < 0) {
    return { id: event.id, status: 'not-in-slate', detail: 'the slate did not show this item' }
  }
  const saidMs = event.at === undefined ? facts.nowMs : timeOf(event.at)
  return {
    eventId: event.id,
    slate,
    kind: event.type,
    position,
    occurredAtMs: Math.max(slate.issuedAtMs, Math.min(saidMs, facts.nowMs)),
    receivedAtMs: facts.nowMs,
    mark: markOf(event, slate, saidMs, clickMsMin, facts),
    network: facts.network ?? slate.visitor,
  }
}

/** The first mark in the order of `MARKS` that fits. Arrival is by our clock, which nobody else can set. */
function markOf(
  { type }: EventSent,
  { issuedAtMs }: SlateClaims,
  saidMs: number,
  clickMsMin: number,
  { isBot, nowMs }: BatchFacts,
): EventMark {
  if (isBot) return 'bot'
  if (type === 'click' && nowMs - issuedAtMs < clickMsMin) return 'too-fast'
  if (saidMs < issuedAtMs - CLOCK_ERROR_MS_MAX || saidMs > nowMs + CLOCK_ERROR_MS_MAX) return 'unlikely-time'
  return 'none'
}

function timeOf(at: number | string): number {
  return Math.floor(typeof at === 'number' ? at : Date.parse(at))
}

function idOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('id' in value)) return null
  return typeof value.id === 'string' && value.id.length <= 64 ? value.id : null
}
