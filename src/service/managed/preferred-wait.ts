import type { ServiceDependencies } from '../dependencies.ts'

const WAIT_SECONDS_MAX = 60
const LOOK_MS = 50

/**
 * Seconds that a client would rather wait than be answered before the work is done: `Prefer: wait=30` (RFC 7240). As
 * that says, what cannot be read is passed over.
 *
 * @returns 0 to 60
 */
export function preferredWait(header: string | undefined): number {
  const seconds = /(?:^|,)\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(header ?? '')?.[1]
  return Math.min(Number(seconds ?? 0), WAIT_SECONDS_MAX)
}

/** Resolves when the context has a pool to serve here, when the time is over, or when nobody waits any more. */
export async function untilServed(
  { serving, clock }: Pick<ServiceDependencies, 'serving' | 'clock'>,
  contextKey: string,
  waitMs: number,
  signal: AbortSignal,
): Promise<void> {
  const untilMs = clock.now() + waitMs
  while (!signal.aborted && clock.now() < untilMs && serving.find(contextKey)?.arms.length === 0) {
    await new Promise<void>((resolve) => clock.schedule(LOOK_MS, resolve))
  }
}
