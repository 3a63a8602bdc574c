import type { ServiceDependencies } from '../dependencies.ts'
import type { ServedContext } from '../serving/served-context.ts'
import { defaultSlate, drawnSlate } from './draw-slate.ts'
import type { SlateQuery } from './slate-query.ts'

/** A slate of a context, or the default one while it has no pool, as JSON text; counted. */
export function slateBody(
  served: ServedContext,
  { size, visitor }: SlateQuery,
  nowMs: number,
  dependencies: Pick<ServiceDependencies, 'counters' | 'hashes' | 'random' | 'tokens'>,
): string {
  const { counters, hashes } = dependencies
  if (served.arms.length === 0) {
    counters.defaultSlates++
    return defaultSlate(served.key, nowMs)
  }
  counters.slates++
  const hashed = visitor === undefined ? undefined : hashes.visitor(visitor)
  return drawnSlate(served, size ?? served.config.slateSize, hashed, nowMs, dependencies)
}
