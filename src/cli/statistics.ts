import { ForageError, InputError } from '../core/errors.ts'
import type { CliIo } from './io.ts'
import type { StatisticsFlags } from './statistics-flags.ts'
import { statisticsText } from './statistics-text.ts'
import { serviceOf } from './visit-request.ts'
import { visitedService } from './visit-service.ts'

/**
 * `forage statistics`: how a context of a running service does, for people.
 *
 * @throws InputError of wrong flags; ForageError `service-unreachable`, `service-refused`
 */
export async function statisticsCommand(
  flags: StatisticsFlags,
  io: CliIo,
  fetchFunction = fetch,
): Promise<void> {
  const { url, key } = serviceOf(flags, io.env)
  const context = flags.context?.trim() ?? ''
  if (context === '') {
    throw new InputError('--context', flags.context, 'name the context to tell of, such as --context vacuums')
  }
  const service = visitedService(url, key, io.signal, fetchFunction)
  if ((await service.context(context)) === undefined) {
    throw new ForageError('service-refused', `The service at ${url} has no context ${context}`)
  }
  const statistics = await service.statistics(context, flags.all === true ? 'all' : 'live')
  io.stdout.write(
    flags.json === true
      ? `${JSON.stringify({ context, ...statistics })}\n`
      : statisticsText(context, statistics),
  )
}
