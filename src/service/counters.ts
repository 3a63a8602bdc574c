/**
 * What the hot paths count: plain numbers, raised in place and read when somebody asks for metrics. All only grow.
 */
export interface ServiceCounters {
  slates: number
  defaultSlates: number
  createdContexts: number
  refused: number
  limited: number
  eventBatches: number
  events: Record<EventCount, number>
}

export type EventCount = 'accepted' | 'duplicate' | 'expired' | 'bad-token' | 'not-in-slate' | 'bad-event'

export function serviceCounters(): ServiceCounters {
  return {
    slates: 0,
    defaultSlates: 0,
    createdContexts: 0,
    refused: 0,
    limited: 0,
    eventBatches: 0,
    events: { accepted: 0, duplicate: 0, expired: 0, 'bad-token': 0, 'not-in-slate': 0, 'bad-event': 0 },
  }
}
