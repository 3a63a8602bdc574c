import type { TaskDefinition } from '../core/task.ts'
import type { AccessStore } from '../ports/store/access.ts'

/** Tasks that contexts may be made for: the built-in ones, and those that the store keeps. */
export interface TaskCatalogue {
  readonly builtIn: readonly TaskDefinition[]
  /** Undefined when no task has this key. */
  find(key: string): Promise<TaskDefinition | undefined>
  /** Built-in ones first. */
  all(): Promise<TaskDefinition[]>
  /**
   * A task from a parsed JSON value.
   *
   * @throws InputError naming the field
   */
  checked(value: unknown): TaskDefinition
}

/** @param checked the schema and rules of task files */
export function taskCatalogue(
  store: Pick<AccessStore, 'tasks'>,
  builtIn: readonly TaskDefinition[],
  checked: (value: unknown) => TaskDefinition,
): TaskCatalogue {
  const all = async () => [...builtIn, ...(await store.tasks())]
  return {
    builtIn,
    async find(key) {
      return (
        builtIn.find((task) => task.key === key) ?? (await store.tasks()).find((task) => task.key === key)
      )
    },
    all,
    checked,
  }
}
