import type { Command } from 'commander'
import type { ServeFlags } from '../compose/service-settings.ts'
import type { CliIo } from './io.ts'
import type { MakeKeyFlags } from './make-key.ts'
import type { RecountFlags } from './recount.ts'
import { onceOption } from './run-flags.ts'

const DATA_FLAG = '--data <dir>'

/** `serve` and what is done to its data. */
export function addServiceCommands(forage: Command, io: CliIo): void {
  forage
    .command('serve')
    .description('Run the service: slates and events over HTTP, pools rewritten in the background')
    .addOption(onceOption(DATA_FLAG, 'directory of the embedded database (default: ./forage-data)'))
    .addOption(onceOption('--host <address>', 'address to listen on (default: 127.0.0.1)'))
    .addOption(onceOption('--port <number>', 'port to listen on; 0 takes any that is free (default: 8787)'))
    .addOption(onceOption('--writer <writer>', 'who writes the pools, as for forage run'))
    .addHelpText('after', `\n${SERVE_HELP}`)
    .action(async (flags: ServeFlags) => {
      await (await import('./serve.ts')).serveCommand(flags, io)
    })

  forage
    .command('recount')
    .description('Count everything anew from the raw events, and say whether that changed anything')
    .addOption(onceOption(DATA_FLAG, 'directory of the embedded database (default: ./forage-data)'))
    .option('--json', 'print {"counters":...,"different":...}')
    .addHelpText('after', `\n${RECOUNT_HELP}`)
    .action(async (flags: RecountFlags) => {
      await (await import('./recount.ts')).recountCommand(flags, io)
    })

  forage
    .command('make-key')
    .description('Make a secret key at the database itself, for when all are lost')
    .addOption(onceOption('--name <text>', 'its name in the audit (default: recovered)'))
    .addOption(onceOption(DATA_FLAG, 'directory of the embedded database (default: ./forage-data)'))
    .addHelpText('after', `\n${MAKE_KEY_HELP}`)
    .action(async (flags: MakeKeyFlags) => {
      await (await import('./make-key.ts')).makeKeyCommand(flags, io)
    })
}

const MAKE_KEY_HELP = [
  'With DATABASE_URL this may run beside the nodes, which take the key within seconds; an embedded database must not be',
  'in use, so stop the service first. While you have a secret key, POST /v1/keys makes others.',
  '',
  'Example:',
  '  forage make-key --name ops',
].join('\n')

const SERVE_HELP = [
  'The secret key of a new installation is printed once. Ctrl-C or SIGTERM stops the node: it answers what is',
  'under way first; a second signal ends it at once.',
  '',
  'Environment:  DATABASE_URL=postgres://... (a server in place of --data; as many nodes as you like),',
  '              FORAGE_DATA, FORAGE_HOST, FORAGE_PORT, FORAGE_WRITER (as the flags), FORAGE_LOG_LEVEL,',
  '              FORAGE_RETENTION_DAYS, FORAGE_TRUSTED_PROXIES, FORAGE_OPTIMIZER=off, FORAGE_SIGNING_KEY,',
  '              FORAGE_LEASE_SECONDS, FORAGE_STOP_SECONDS, FORAGE_RATE_LIMITS; provider keys and FORAGE_HOME',
  '              as for forage run',
  '',
  'Example:',
  '  forage serve --writer grammar',
].join('\n')

const RECOUNT_HELP = [
  'With DATABASE_URL this may run beside the nodes; an embedded database must not be in use.',
  '',
  'Example:',
  '  forage recount --data ./forage-data',
].join('\n')
