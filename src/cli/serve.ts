import { startService } from '../compose/service.ts'
import { type ServeFlags, serviceSettings } from '../compose/service-settings.ts'
import type { CliIo } from './io.ts'
import { printable } from './terminal-text.ts'
import { forageVersion } from './version.ts'

/** `forage serve`: runs a node of the service until it is stopped. */
export async function serveCommand(flags: ServeFlags, io: CliIo): Promise<void> {
  const settings = serviceSettings(flags, io.env)
  const version = forageVersion()
  const service = await startService(
    settings,
    {
      env: io.env,
      signal: io.signal,
      note: (text) => io.stderr.write(`${printable(text)}\n`),
      progress: (text) => io.stderr.write(`${printable(text)}\n`),
      log: (line) => io.stderr.write(line),
    },
    version,
  )
  const place = 'url' in settings.place ? 'PostgreSQL (DATABASE_URL)' : settings.place.directory
  const rows: [string, string][] = [
    ['listens', service.url],
    ['store', `${printable(place)}, ${service.contexts} contexts`],
    ['writer', writerText(service.writer, service.writerIsStandIn)],
  ]
  io.stdout.write(`Forage ${version}\n`)
  for (const [name, value] of rows) io.stdout.write(`  ${name.padEnd(9)} ${value}\n`)
  const { firstKeys } = service
  if (firstKeys !== undefined) {
    io.stdout.write(
      '\nKeys of this new installation. They are shown this once; the store has only their hashes:\n' +
        `  secret       ${firstKeys.secret}\n` +
        `  publishable  ${firstKeys.publishable}\n`,
    )
  }
  io.stdout.write(`\n${howToCall(localUrl(service.url), firstKeys?.secret ?? '$FORAGE_KEY')}`)
  await stopped(io.signal)
  await service.stop()
}

function writerText(writer: string | undefined, isStandIn: boolean): string {
  if (writer === undefined) {
    return (
      'none: pools are not written. Do one of these and start again:\n' +
      '            forage models pull gemma-3-270m, set OPENAI_API_KEY or the like, or --writer grammar'
    )
  }
  return isStandIn ? `${writer} (no language model: a stand-in)` : printable(writer)
}

/** A node that listens on every address is called by one. */
function localUrl(url: string): string {
  return url.replace(/\/\/(0\.0\.0\.0|\[::\]):/, '//127.0.0.1:')
}

/** Lines for a shell, from a context to a counted click. */
function howToCall(url: string, key: string): string {
  const header = `-H "Authorization: Bearer ${key}"`
  const json = '-H "Content-Type: application/json"'
  return [
    'Make a context, look at a slate, and report a click on its first item:',
    `  curl -X POST ${url}/v1/contexts ${header} ${json} -H "Prefer: wait=60" -d '{"key":"vacuums","topic":"Vacuums"}'`,
    `  curl "${url}/v1/contexts/vacuums/slate?size=3&visitor=anna" ${header}`,
    `  curl -X POST ${url}/v1/events ${header} ${json} -d '[{"id":"1","type":"click","token":"TOKEN","item":"ITEM"}]'`,
    '',
  ].join('\n')
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
