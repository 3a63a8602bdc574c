import { ForageError } from '../../src/core/errors.ts'
import type { Store } from '../../src/ports/store/store.ts'
import type { World } from './world.ts'

/** What a node's life depends on: dead, it hears nothing and says nothing more. */
export interface Life {
  readonly node: string
  isDead: boolean
}

const SLOWEST_MS = 400

/**
 * The store as one node sees it: each call takes a while to get there and back, may be lost on the way there, and its
 * answer on the way back. A node that dies in between may have changed something, but never learns of it.
 */
export function faultyStore(world: World, store: Store, life: Life): Store {
  const { time } = world
  const random = world.random(`store/${life.node}`)
  return new Proxy(store, {
    get(target, name: keyof Store) {
      const method = target[name]
      if (typeof method !== 'function') return method
      return (...given: unknown[]) =>
        new Promise((resolve, reject) => {
          const { storeFails, storeAnswerLost } = world.faults
          const fails = random.uniform() < storeFails
          const isAnswerLost = random.uniform() < storeAnswerLost
          const there = random.integer(SLOWEST_MS)
          const back = random.integer(SLOWEST_MS)
          const away = () => new ForageError('store-unavailable', `simulated: ${name}`, { isRetryable: true })
          if (life.isDead) return
          time.after(there, () => {
            // What was under way when the node died may get there or not.
            if (life.isDead && random.uniform() < 0.5) return
            if (fails) {
              if (!life.isDead) reject(away())
              return
            }
            // Text and back, as over a wire: nobody shares an object with the store.
            const arriving = structuredClone(given)
            const done = (method as (...all: unknown[]) => Promise<unknown>).apply(target, arriving)
            const arrive = (settle: () => void) =>
              time.after(back, () => {
                if (!life.isDead) settle()
              })
            done.then(
              (answer) =>
                arrive(() => {
                  if (!isAnswerLost) return resolve(answer)
                  world.say(`${life.node} store ${name}: answer lost`)
                  reject(away())
                }),
              (error) => arrive(() => reject(error)),
            )
          })
        })
    },
  })
}
