import { Histogram, type HistogramConfiguration } from 'prom-client'

/** Durations counted in place: what a hot path can afford. `PlainHistogram` shows them to Prometheus. */
export class DurationCounts {
  /** Upper bounds in seconds, rising. */
  readonly bounds: readonly number[]
  /** By bound, and beyond the last one. */
  readonly counts: number[]
  sumSeconds = 0

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = new Array<number>(bounds.length + 1).fill(0)
  }

  /** Counts `times` durations of `seconds` each. */
  add(seconds: number, times: number): void {
    let place = 0
    while (place < this.bounds.length && seconds > (this.bounds[place] as number)) place++
    this.counts[place] = (this.counts[place] as number) + times
    this.sumSeconds += seconds * times
  }
}

type Shown = Awaited<ReturnType<Histogram['get']>>

/** A histogram of Prometheus over counts that something else keeps. */
export class PlainHistogram extends Histogram {
  readonly #read: () => Shown

  constructor(
    { name, help, registers }: Pick<HistogramConfiguration<never>, 'name' | 'help' | 'registers'>,
    counts: DurationCounts,
  ) {
    super({ name, help, ...(registers === undefined ? {} : { registers }), buckets: [...counts.bounds] })
    // The library's types ask for an enumeration that its code does not have.
    this.#read = () =>
      ({
        name,
        help,
        type: 'histogram',
        aggregator: 'sum',
        values: valuesOf(name, counts),
      }) as unknown as Shown
  }

  override async get(): Promise<Shown> {
    return this.#read()
  }

  /** What the registry asks for when it writes text. */
  async getForPromString(): Promise<Shown> {
    return this.#read()
  }
}

function valuesOf(name: string, { bounds, counts, sumSeconds }: DurationCounts): Shown['values'] {
  let count = 0
  const values: Shown['values'] = counts.map((inBucket, place) => {
    count += inBucket
    return { metricName: `${name}_bucket`, labels: { le: bounds[place] ?? '+Inf' }, value: count }
  })
  values.push({ metricName: `${name}_sum`, labels: {}, value: sumSeconds })
  values.push({ metricName: `${name}_count`, labels: {}, value: count })
  return values
}
