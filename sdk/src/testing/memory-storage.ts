import type { ClientStorage } from '../storage.ts'

export interface MemoryStorage extends ClientStorage {
  readonly values: Map<string, string>
}

export function memoryStorage(): MemoryStorage {
  const values = new Map<string, string>()
  return {
    values,
    getItem: (name) => values.get(name) ?? null,
    setItem: (name, value) => void values.set(name, value),
    removeItem: (name) => void values.delete(name),
  }
}
