import { randomFillSync } from 'node:crypto'
import type { Random } from '../core/random.ts'
import type { ServiceRandom } from './dependencies.ts'

/** One call of the system gives this many bytes: asking for each number would cost more than drawing a slate. */
const POOL_BYTES = 32_768
const ID_BYTES = 16

/** Unpredictable numbers and ids from the system's generator. */
export function systemRandom(): ServiceRandom {
  return serviceRandom((pool) => randomFillSync(pool))
}

/** The same from a seeded generator, for tests and simulation: every run alike, and nothing for serving people. */
export function seededServiceRandom(random: Random): ServiceRandom {
  return serviceRandom((pool) => {
    for (let at = 0; at < pool.length; at += 4) pool.writeInt32LE(random.next32(), at)
  })
}

/** @param fill writes random bytes over all of the pool; each is used once */
function serviceRandom(fill: (pool: Buffer) => unknown): ServiceRandom {
  const pool = Buffer.alloc(POOL_BYTES)
  let at = POOL_BYTES
  const take = (bytes: number): number => {
    if (at + bytes > POOL_BYTES) {
      fill(pool)
      at = 0
    }
    at += bytes
    return at - bytes
  }
  const next32 = () => pool.readInt32LE(take(4))
  return {
    next32,
    uniform() {
      const high = next32() >>> 5
      const low = next32() >>> 6
      return (high * 67108864 + low) / 9007199254740992
    },
    integer(bound) {
      // Rejection of the last, incomplete run of values removes the bias of a plain modulo.
      const limit = 4294967296 - (4294967296 % bound)
      for (;;) {
        const value = next32() >>> 0
        if (value < limit) return value % bound
      }
    },
    id() {
      const from = take(ID_BYTES)
      return pool.toString('base64url', from, from + ID_BYTES)
    },
  }
}
