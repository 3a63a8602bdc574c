/** Where the client may keep things between pages; `localStorage` and `sessionStorage` are two. */
export interface ClientStorage {
  getItem(name: string): string | null
  setItem(name: string, value: string): void
  removeItem(name: string): void
}

export type StorageChoice = 'local' | 'session' | 'none' | ClientStorage

/**
 * A named place for something that is JSON. Storage that is full, switched off, or holds something else is no error:
 * it is then empty.
 */
export interface Kept {
  read(): unknown
  /** @param value undefined removes it */
  write(value?: unknown): void
}

/** @param isAllowed asked each time, so that consent can be given and withdrawn */
export function keptIn(choice: StorageChoice, isAllowed: () => boolean): (name: string) => Kept {
  // Some browsers throw at the mere mention of storage, so it is looked up each time, inside the attempt. Without
  // any, what fails is the attempt.
  const storage = () =>
    (typeof choice === 'object' ? choice : Reflect.get(globalThis, `${choice}Storage`)) as ClientStorage
  return (name) => ({
    read() {
      try {
        return isAllowed() && JSON.parse(storage().getItem(`forage.${name}`) as string)
      } catch {}
    },
    write(value) {
      try {
        if (value === undefined) storage().removeItem(`forage.${name}`)
        else if (isAllowed()) storage().setItem(`forage.${name}`, JSON.stringify(value))
      } catch {}
    },
  })
}
