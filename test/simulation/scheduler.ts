import type { Random } from '../../src/core/random.ts'

/** Simulated time: things happen at moments, one after the other, each with all that follows from it at once. */
export interface Scheduler {
  now(): number
  /** @returns cancels it */
  at(atMs: number, call: () => void): () => void
  after(ms: number, call: () => void): () => void
  /** Runs what is due until `untilMs`; `each` after every step, when nothing is under way but waiting. */
  run(untilMs: number, each: () => void): Promise<void>
}

interface Due {
  readonly atMs: number
  /** Of two at one moment the seed says which comes first. */
  readonly order: number
  readonly call: () => void
}

export function scheduler(startMs: number, random: Random): Scheduler {
  let nowMs = startMs
  const heap: Due[] = []
  const cancelled = new Set<Due>()
  const self: Scheduler = {
    now: () => nowMs,
    at(atMs, call) {
      const due = { atMs: Math.max(atMs, nowMs), order: random.next32(), call }
      push(heap, due)
      return () => cancelled.add(due)
    },
    after: (ms, call) => self.at(nowMs + Math.max(0, ms), call),
    async run(untilMs, each) {
      for (;;) {
        const next = heap[0]
        if (next === undefined || next.atMs > untilMs) break
        pop(heap)
        if (cancelled.delete(next)) continue
        nowMs = next.atMs
        next.call()
        await settled()
        each()
      }
      nowMs = untilMs
    },
  }
  return self
}

/** All that can happen without time going on has happened. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function isBefore(a: Due, b: Due): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
}

function push(heap: Due[], due: Due): void {
  let place = heap.push(due) - 1
  while (place > 0) {
    const parent = (place - 1) >> 1
    if (!isBefore(due, heap[parent] as Due)) break
    heap[place] = heap[parent] as Due
    place = parent
  }
  heap[place] = due
}

function pop(heap: Due[]): void {
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return
  let place = 0
  for (;;) {
    let child = 2 * place + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && isBefore(heap[child + 1] as Due, heap[child] as Due)) child++
    if (!isBefore(heap[child] as Due, last)) break
    heap[place] = heap[child] as Due
    place = child
  }
  heap[place] = last
}
