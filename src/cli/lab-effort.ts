import { type ChosenModels, listPriceUsd } from '../compose.ts'
import { InputError } from '../core/errors.ts'
import type { Effort, WriterKind } from '../lab/experiments/effort.ts'
import { counted } from './figures.ts'
import type { CliIo } from './io.ts'
import { formatSeconds } from './progress.ts'

export function writerKind({
  writer,
  writerIsStandIn,
}: Pick<ChosenModels, 'writer' | 'writerIsStandIn'>): WriterKind {
  if (writerIsStandIn) return 'stand-in'
  return writer.startsWith('local:') ? 'completion' : 'chat'
}

/** What the runs that are left may take. */
export async function effortText(effort: Effort, writer: string): Promise<string> {
  const { runs, calls, seconds } = effort
  if (calls === 0)
    return `${counted(runs)} runs to make: about ${formatSeconds(seconds)}; no model is asked to write`
  const price = await listPriceUsd(writer, effort.inputTokens, effort.outputTokens)
  const cost =
    price === null ? ', cost not known' : price === 0 ? ', no cost' : `, about $${price.toFixed(2)}`
  return (
    `${counted(runs)} runs to make: about ${counted(calls)} model calls, ${formatSeconds(seconds)}${cost}, ` +
    'less what is kept of earlier answers'
  )
}

/**
 * Asks the person whether to begin.
 *
 * @throws InputError where there is nobody to ask
 */
export async function agreed(io: CliIo): Promise<boolean> {
  const isThere = io.stderr.isTTY === true && (io.stdin as { isTTY?: boolean }).isTTY === true
  if (!isThere) {
    const advice = 'this is a long run and there is no terminal to ask on; give --yes to begin'
    throw new InputError('--yes', undefined, advice)
  }
  io.stderr.write('Begin? [y/N] ')
  for await (const piece of io.stdin) {
    return /^\s*y(es)?\s*$/i.test(typeof piece === 'string' ? piece : Buffer.from(piece).toString('utf8'))
  }
  return false
}
