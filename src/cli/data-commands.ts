import { type Command, Option } from 'commander'
import type { ExportFlags, ForgetFlags, ImportFlags } from './data-exchange.ts'
import type { CliIo } from './io.ts'
import { onceOption } from './run-flags.ts'

const data = () => onceOption('--data <dir>', 'directory of the embedded database (default: ./forage-data)')
const url = () =>
  onceOption('--url <address>', 'a running service, in place of the database; FORAGE_KEY is its secret key')

/** What goes in and out of the service's data. */
export function addDataCommands(forage: Command, io: CliIo): void {
  forage
    .command('export')
    .description('Write contexts, items, counts and events of the service to a file (docs/data-exchange.md)')
    .addOption(
      onceOption('--out <file>', 'file to write, gzipped when it ends in .gz; - for standard output'),
    )
    .addOption(onceOption('--context <key>', 'only this context'))
    .addOption(data())
    .addOption(url())
    .addHelpText('after', `\n${PLACE_HELP}\n\nExample:\n  forage export --out forage.ndjson.gz`)
    .action(async (flags: ExportFlags) => {
      await (await import('./data-exchange.ts')).exportCommand(flags, io)
    })

  forage
    .command('import')
    .description('Bring in an export, or a log of another system; what is there stays as it is')
    .argument('<file>', 'file to read, unpacked when it ends in .gz; - for standard input')
    .addOption(
      new Option('--format <format>', 'what the file is')
        .choices(['forage', 'open-bandit'])
        .default('forage'),
    )
    .addOption(onceOption('--context <key>', 'context to make of an open-bandit log'))
    .addOption(onceOption('--items <file>', 'CSV of all its items: item_id, and text where there are texts'))
    .addOption(data())
    .addOption(url())
    .option('--json', 'print what became of each context as JSON')
    .addHelpText('after', `\n${PLACE_HELP}\n\nExample:\n  forage import forage.ndjson.gz`)
    .action(async (file: string, flags: ImportFlags) => {
      await (await import('./data-exchange.ts')).importCommand(file, flags, io)
    })

  forage
    .command('forget-visitor')
    .description('Delete all events of one visitor and take them out of the counts')
    .argument('<visitor>', 'name that requests for slates gave')
    .addOption(data())
    .addOption(url())
    .addHelpText('after', `\n${PLACE_HELP}\n\nExample:\n  forage forget-visitor user-4711`)
    .action(async (visitor: string, flags: ForgetFlags) => {
      await (await import('./data-exchange.ts')).forgetCommand(visitor, flags, io)
    })
}

const PLACE_HELP = [
  'With DATABASE_URL=postgres://... it works on that server, also beside running nodes; an embedded database must',
  'not be in use, so give --url where the service runs on one.',
].join('\n')
