import type { ArmImport } from '../../ports/store/transfer.ts'

/** How an arm stands whose history comes from elsewhere: at its last version, its rules counting on from there. */
export function importedStanding({ versions, iterations }: ArmImport) {
  const pool = versions.at(-1)
  const first = versions.find(({ iteration }) => iteration === pool?.iteration)
  const kept = iterations.findLast(
    ({ iteration, poolKept }) => poolKept !== undefined && pool !== undefined && iteration > pool.iteration,
  )
  return {
    version: pool?.version ?? 0,
    iteration: pool?.iteration ?? -1,
    poolIds: pool?.itemIds ?? [],
    lastIterationAtMs: kept?.finishedAtMs ?? first?.createdAtMs ?? null,
    visitsBefore: kept?.interactions ?? 0,
    lookedAtInteractions: 2 * (kept?.interactions ?? 0),
  }
}
