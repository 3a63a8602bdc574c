import type { Random } from '../../src/core/random.ts'
import { randomStream } from '../../src/core/random.ts'
import type { Store } from '../../src/ports/store/store.ts'
import { type Scheduler, scheduler } from './scheduler.ts'

/** How often things go wrong, each a chance in [0, 1]. Drawn from the seed; some are zero. */
export interface FaultRates {
  /** A call to the store fails and changed nothing. */
  storeFails: number
  /** A call to the store took effect, but the answer is lost. */
  storeAnswerLost: number
  writerFails: number
  writerJunk: number
  writerRepeats: number
  writerHangs: number
  requestLost: number
  requestRepeated: number
  answerLost: number
  /** A node dies, a simulated minute. */
  nodeDies: number
}

export const NO_FAULTS: FaultRates = {
  storeFails: 0,
  storeAnswerLost: 0,
  writerFails: 0,
  writerJunk: 0,
  writerRepeats: 0,
  writerHangs: 0,
  requestLost: 0,
  requestRepeated: 0,
  answerLost: 0,
  nodeDies: 0,
}

/** What all actors of one simulation share. */
export interface World {
  readonly seed: number
  readonly time: Scheduler
  /** The truth: without faults, for checks and people. */
  readonly store: Store
  faults: FaultRates
  readonly random: (purpose: string) => Random
  /** Said as it happens; the last of it is printed when a law is broken. */
  readonly say: (what: string) => void
  /** Breaks the simulation off at the end of the step. */
  readonly broken: (law: string) => void
}

export class BrokenLaw extends Error {}

const TRACE_LINES = 40

export interface WorldWithTrace extends World {
  /** @throws BrokenLaw when a law was broken since */
  readonly check: () => void
  readonly fail: (law: string) => never
}

/** Faults of a seed: about a third of the kinds do not happen at all. */
function drawnFaults(random: Random): FaultRates {
  const rate = (most: number) => (random.uniform() < 0.35 ? 0 : random.uniform() * most)
  return {
    storeFails: rate(0.15),
    storeAnswerLost: rate(0.15),
    writerFails: rate(0.4),
    writerJunk: rate(0.6),
    writerRepeats: rate(0.4),
    writerHangs: rate(0.3),
    requestLost: rate(0.4),
    requestRepeated: rate(0.4),
    answerLost: rate(0.4),
    nodeDies: rate(0.5),
  }
}

/** @param traceLines steps that are printed when a law is broken */
export function makeWorld(
  seed: number,
  store: Store,
  startMs: number,
  traceLines = TRACE_LINES,
): WorldWithTrace {
  const random = (purpose: string) => randomStream(seed, 'simulation', purpose)
  const time = scheduler(startMs, random('order'))
  const trace: string[] = []
  let law: string | undefined
  const fail = (broken: string): never => {
    throw new BrokenLaw(
      `${broken}\n  again: npm run simulate -- --seed ${seed}\n  last steps:\n${trace.map((line) => `    ${line}`).join('\n')}`,
    )
  }
  return {
    seed,
    time,
    store,
    faults: drawnFaults(random('faults')),
    random,
    say(what) {
      if (trace.push(`${((time.now() - startMs) / 1000).toFixed(3)} ${what}`) > traceLines) trace.shift()
    },
    broken(one) {
      law ??= one
    },
    check() {
      if (law !== undefined) fail(law)
    },
    fail,
  }
}
