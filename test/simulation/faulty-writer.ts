import { grammarWriter } from '../../src/adapters/writer/grammar.ts'
import { ForageError } from '../../src/core/errors.ts'
import type { Writer, WriterAnswer, WriterRequest } from '../../src/ports/writer.ts'
import type { Life } from './faulty-store.ts'
import type { World } from './world.ts'

/** Marks every text that must never be served. */
export const POISON = 'zzpoison'

const JUNK: readonly string[] = [
  `Is ${POISON} <b>vacuum</b> good?`,
  `Visit https://${POISON}.example/vacuum now?`,
  `Is a vacuum\u202e${POISON} safe?`,
  `${POISON}`,
  '',
  `Which vacuum ${'really '.repeat(60)}${POISON}?`,
  `{"items": ["${POISON} vacuum?"]}`,
]

/** What the writer was asked and answered, over all nodes. */
export interface WriterLedger {
  asked: number
  answered: number
}

/** The grammar as a node reaches it: slow, sometimes away, sometimes hanging, sometimes talking junk or repeating. */
export function faultyWriter(world: World, life: Life, ledger: WriterLedger, name = 'grammar'): Writer {
  const grammar = grammarWriter()
  const random = world.random(`writer/${life.node}`)
  let last: WriterAnswer['texts'] = []
  return {
    ...grammar,
    name,
    write(request: WriterRequest, signal?: AbortSignal) {
      ledger.asked++
      const { writerFails, writerHangs, writerJunk, writerRepeats } = world.faults
      const fails = random.uniform() < writerFails
      const hangs = random.uniform() < writerHangs
      const junk = random.uniform() < writerJunk
      const repeats = random.uniform() < writerRepeats
      return new Promise<WriterAnswer>((resolve, reject) => {
        // Half of the models listen when they are told to stop.
        if (random.uniform() < 0.5) signal?.addEventListener('abort', () => reject(signal.reason))
        if (hangs) return
        world.time.after(50 + random.integer(14_000), async () => {
          if (life.isDead) return
          if (fails) {
            return reject(
              new ForageError('writer-unavailable', 'simulated', { isRetryable: random.uniform() < 0.8 }),
            )
          }
          const answer = await grammar.write(request)
          const texts = junk
            ? answer.texts.map(() => ({ text: JUNK[random.integer(JUNK.length)] as string }))
            : repeats
              ? last
              : answer.texts
          last = answer.texts
          ledger.answered++
          resolve({ ...answer, texts, usage: { ...answer.usage, costUsd: 0.01 * request.samples } })
        })
      })
    },
  }
}
