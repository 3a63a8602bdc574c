/** Where the client may keep things between pages; `localStorage` and `sessionStorage` are two. */
export interface ClientStorage {
  getItem(name: string): string | null
  setItem(name: string, value: string): void
  removeItem(name: string): void
}

export type StorageChoice = 'local' | 'session' | 'none' | ClientStorage

/** Kept JSON. Storage that is full, switched off, or holds something else is no error: it is then empty. */
export interface Kept {
  read(name: string): unknown
  /** @param value undefined removes it */
  write(name: string, value: unknown): void
}

const PREFIX = 'forage.'

/** @param isAllowed asked each time, so that consent can be given and withdrawn */
export function keptIn(choice: StorageChoice, isAllowed: () => boolean): Kept {
  // Some browsers throw at the mere mention of storage, so it is looked up each time, inside the attempt.
  const storage = () =>
    typeof choice === 'object' ? choice : choice === 'none' ? undefined : globalThis[`${choice}Storage`]
  return {
    read(name) {
      try {
        if (isAllowed()) return JSON.parse(storage()?.getItem(PREFIX + name) ?? 'null') ?? undefined
      } catch {}
      return undefined
    },
    write(name, value) {
      try {
        if (value === undefined) storage()?.removeItem(PREFIX + name)
        else if (isAllowed()) storage()?.setItem(PREFIX + name, JSON.stringify(value))
      } catch {}
    },
  }
}
