import { DurationCounts } from './plain-histogram.ts'

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
  /** From a request for a slate being read to its answer being given to the system. */
  readonly slateDurations: DurationCounts
  events: Record<EventCount, number>
}

export type EventCount = 'accepted' | 'duplicate' | 'expired' | 'bad-token' | 'not-in-slate' | 'bad-event'

const SLATE_SECONDS = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1]

export function serviceCounters(): ServiceCounters {
  return {
    slates: 0,
    defaultSlates: 0,
    createdContexts: 0,
    refused: 0,
    limited: 0,
    eventBatches: 0,
    slateDurations: new DurationCounts(SLATE_SECONDS),
    events: { accepted: 0, duplicate: 0, expired: 0, 'bad-token': 0, 'not-in-slate': 0, 'bad-event': 0 },
  }
}
