import type { ServiceDependencies } from '../dependencies.ts'

/**
 * Lets this node serve a change that the store has taken. Where the store cannot be read just now the change stands
 * all the same, and the next regular reading brings it: the request has not failed.
 */
export async function servedAtOnce({
  serving,
  log,
}: Pick<ServiceDependencies, 'serving' | 'log'>): Promise<void> {
  try {
    await serving.refresh()
  } catch (err) {
    log.warn({ err }, 'a change is served a little later')
  }
}
