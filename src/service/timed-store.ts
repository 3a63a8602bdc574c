import type { Store } from '../ports/store/store.ts'

/** The same store, with every call timed. */
export function timedStore(
  store: Store,
  timed: (method: string, isOk: boolean, seconds: number) => void,
): Store {
  const known = new Map<PropertyKey, unknown>()
  return new Proxy(store, {
    get(target, name) {
      const kept = known.get(name)
      if (kept !== undefined) return kept
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      const method = String(name)
      const call = async (...given: unknown[]) => {
        const startedAt = performance.now()
        try {
          const result: unknown = await member.apply(target, given)
          timed(method, true, (performance.now() - startedAt) / 1000)
          return result
        } catch (failure) {
          timed(method, false, (performance.now() - startedAt) / 1000)
          throw failure
        }
      }
      known.set(name, call)
      return call
    },
  })
}
