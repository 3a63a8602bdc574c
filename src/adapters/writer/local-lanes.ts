import type { Lane } from './local-engine.ts'

/** Lends lanes: each to one request at a time, requests in the order they came. */
export interface LaneQueue {
  /** Waits for a lane, works with it, gives it back; of several free ones it takes one that `suits`. */
  use<Result>(suits: (lane: Lane) => boolean, work: (lane: Lane) => Promise<Result>): Promise<Result>
  /** Once all that was asked so far has ended. */
  idle(): Promise<void>
}

export function laneQueue(lanes: readonly Lane[]): LaneQueue {
  const free = [...lanes]
  /** Empty unless every lane is lent. */
  const waiting: ((lane: Lane) => void)[] = []
  const underWay = new Set<Promise<unknown>>()

  function giveBack(lane: Lane): void {
    const next = waiting.shift()
    if (next === undefined) free.push(lane)
    else next(lane)
  }

  async function borrowed<Result>(suits: (lane: Lane) => boolean, work: (lane: Lane) => Promise<Result>) {
    const [lane] = free.splice(Math.max(0, free.findIndex(suits)), 1)
    const lent = lane ?? (await new Promise<Lane>((lend) => waiting.push(lend)))
    try {
      return await work(lent)
    } finally {
      giveBack(lent)
    }
  }

  return {
    use(suits, work) {
      const result = borrowed(suits, work)
      const ended = result.catch(() => {}).finally(() => underWay.delete(ended))
      underWay.add(ended)
      return result
    },
    async idle() {
      await Promise.all(underWay)
    },
  }
}
