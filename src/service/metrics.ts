import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { OptimizerEvent } from '../optimizer/optimizer-events.ts'
import type { EventCount, ServiceCounters } from './counters.ts'
import { PlainHistogram } from './plain-histogram.ts'

/** What is read when somebody asks for metrics. */
export interface MetricsSources {
  readonly counters: ServiceCounters
  readonly contexts: () => number
  readonly streams: () => number
  readonly now: () => number
  /** Also tell of the process itself: memory, event loop, garbage. */
  readonly withProcess?: boolean
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const ITERATION_SECONDS = [0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600]

/** Metrics for Prometheus. Hot paths raise plain numbers (`ServiceCounters`), which are read here. */
export class ServiceMetrics {
  readonly #registry = new Registry()
  readonly #requests: Histogram<'method' | 'route' | 'status'>
  readonly #store: Histogram<'method' | 'outcome'>
  readonly #visits: Counter
  readonly #iterations: Counter<'outcome'>
  readonly #iterationSeconds: Histogram
  readonly #births: Counter
  readonly #refusals: Counter<'reason'>
  readonly #modelCalls: Counter<'writer' | 'reused'>
  readonly #tokens: Counter<'writer' | 'direction'>
  readonly #costUsd: Counter<'writer'>
  #sealedToMs: number | undefined

  constructor(sources: MetricsSources) {
    const registers = [this.#registry]
    if (sources.withProcess === true) collectDefaultMetrics({ register: this.#registry })
    this.#requests = new Histogram({
      name: 'forage_http_request_duration_seconds',
      help: 'Requests by route; slates have a histogram of their own.',
      labelNames: ['method', 'route', 'status'],
      buckets: SECONDS,
      registers,
    })
    this.#store = new Histogram({
      name: 'forage_store_duration_seconds',
      help: 'Calls of the store.',
      labelNames: ['method', 'outcome'],
      buckets: SECONDS,
      registers,
    })
    this.#visits = new Counter({
      name: 'forage_counted_visits_total',
      help: 'Visits counted or left out by this node.',
      registers,
    })
    this.#iterations = new Counter({
      name: 'forage_iterations_total',
      help: 'Iterations of this node by outcome.',
      labelNames: ['outcome'],
      registers,
    })
    this.#iterationSeconds = new Histogram({
      name: 'forage_iteration_duration_seconds',
      help: 'From the start of writing to the commit.',
      buckets: ITERATION_SECONDS,
      registers,
    })
    this.#births = new Counter({ name: 'forage_births_total', help: 'Items that were born.', registers })
    this.#refusals = new Counter({
      name: 'forage_refused_candidates_total',
      help: 'Candidates that a check refused, in requests that fell short of what was wanted.',
      labelNames: ['reason'],
      registers,
    })
    this.#modelCalls = new Counter({
      name: 'forage_model_calls_total',
      help: 'Answers of models; reused ones were paid for before.',
      labelNames: ['writer', 'reused'],
      registers,
    })
    this.#tokens = new Counter({
      name: 'forage_model_tokens_total',
      help: 'Tokens of models, without reused answers.',
      labelNames: ['writer', 'direction'],
      registers,
    })
    this.#costUsd = new Counter({
      name: 'forage_model_cost_usd_total',
      help: 'US dollars, of calls with a known price.',
      labelNames: ['writer'],
      registers,
    })
    this.#addRead(sources)
  }

  /** All metrics in the text format of Prometheus. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  /** A request was answered. @param route its pattern, not its path */
  answered(method: string, route: string, status: number, seconds: number): void {
    this.#requests.labels(method, route, String(status)).observe(seconds)
  }

  /** A call of the store came back. */
  stored(method: string, isOk: boolean, seconds: number): void {
    this.#store.labels(method, isOk ? 'ok' : 'failed').observe(seconds)
  }

  /** Closed visits were counted. @param sealedToMs slates that close until then are counted */
  counted(visits: number, sealedToMs: number): void {
    this.#visits.inc(visits)
    this.#sealedToMs = sealedToMs
  }

  /** What the optimizer of this node did; give it as its `onEvent`. */
  optimized(event: OptimizerEvent): void {
    switch (event.kind) {
      case 'iteration-committed':
        this.#iterations.labels(event.isPoolKept ? 'pool-kept' : 'committed').inc()
        this.#births.inc(event.born)
        this.#iterationSeconds.observe(event.durationMs / 1000)
        break
      case 'iteration-failed':
        this.#iterations.labels('failed').inc()
        break
      case 'lease-lost':
        this.#iterations.labels('lease-lost').inc()
        break
      case 'births-short':
        for (const [reason, count] of Object.entries(event.refused)) this.#refusals.labels(reason).inc(count)
        break
      case 'request-answered': {
        const { writer, usage, isReused } = event
        this.#modelCalls.labels(writer, String(isReused)).inc(usage.modelCalls)
        if (isReused) break
        this.#tokens.labels(writer, 'input').inc(usage.inputTokens)
        this.#tokens.labels(writer, 'output').inc(usage.outputTokens)
        if (usage.costUsd !== null) this.#costUsd.labels(writer).inc(usage.costUsd)
        break
      }
    }
  }

  #addRead({ counters, contexts, streams, now }: MetricsSources): void {
    const registers = [this.#registry]
    const read = (name: string, help: string, value: () => number) =>
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset()
          this.inc(value())
        },
      })
    new PlainHistogram(
      {
        name: 'forage_slate_duration_seconds',
        help: 'From a request for a slate being read to its answer being given to the system.',
        registers,
      },
      counters.slateDurations,
    )
    read('forage_slates_total', 'Slates drawn.', () => counters.slates)
    read('forage_default_slates_total', 'Slates of contexts without a pool.', () => counters.defaultSlates)
    read(
      'forage_created_contexts_total',
      'Contexts made by asking for a slate.',
      () => counters.createdContexts,
    )
    read('forage_refused_requests_total', 'Requests with a wrong key or origin.', () => counters.refused)
    read('forage_limited_requests_total', 'Requests over a rate limit.', () => counters.limited)
    read('forage_event_batches_total', 'Batches of events.', () => counters.eventBatches)
    new Counter({
      name: 'forage_events_total',
      help: 'Events by what became of them.',
      labelNames: ['outcome'],
      registers,
      collect() {
        this.reset()
        for (const outcome of Object.keys(counters.events) as EventCount[]) {
          this.labels(outcome).inc(counters.events[outcome])
        }
      },
    })
    gauge('forage_contexts', 'Contexts in the memory of this node.', contexts)
    gauge('forage_live_streams', 'Live views that are open.', streams)
    gauge(
      'forage_counting_lag_seconds',
      'Age of the newest closing time that is counted; 0 before the first.',
      () => (this.#sealedToMs === undefined ? 0 : Math.max(0, now() - this.#sealedToMs) / 1000),
    )

    function gauge(name: string, help: string, value: () => number) {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value())
        },
      })
    }
  }
}
