import { Command } from 'commander'
import { STRATEGIES } from '../core/strategies/index.ts'
import { addDataCommands } from './data-commands.ts'
import { reportFailure } from './failure.ts'
import type { CliIo } from './io.ts'
import { addRunFlags, onceOption, type RunFlags } from './run-flags.ts'
import { addServiceCommands } from './service-commands.ts'
import { addStatisticsFlags, type StatisticsFlags } from './statistics-flags.ts'
import { forageVersion } from './version.ts'
import { addVisitFlags } from './visit-flags.ts'
import type { VisitFlags } from './visit-request.ts'

const HELP_COLUMNS = 100

/**
 * The command line.
 *
 * @param argv what follows the program's name
 * @returns the exit code: 0, 1 for a failure, 2 for wrong flags or files, 130 when stopped by Ctrl-C
 */
export async function main(argv: readonly string[], io: CliIo): Promise<number> {
  try {
    await (await program(argv, io)).parseAsync([...argv], { from: 'user' })
    return 0
  } catch (error) {
    return reportFailure(error, io)
  }
}

/** The commands; what they need is loaded when they run, so that `--help` and mistakes answer at once. */
async function program(argv: readonly string[], io: CliIo): Promise<Command> {
  const forage = new Command('forage')
    .description(
      'Writes recommendations with a language model, learns from clicks which ones people want, and rewrites its pool.',
    )
    .version(forageVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => Math.min(HELP_COLUMNS, io.stdout.columns ?? HELP_COLUMNS),
      getErrHelpWidth: () => Math.min(HELP_COLUMNS, io.stderr.columns ?? HELP_COLUMNS),
    })
    .addHelpText('after', '\nExample:\n  forage demo')

  forage
    .command('demo')
    .description(
      'See it work: pull a small language model once, then write and rewrite questions about vacuums',
    )
    .addOption(onceOption('--writer <writer>', 'another writer; grammar needs no model and no network'))
    .addOption(onceOption('--out <dir>', 'directory of the run (default: the next free runs/demo-...)'))
    .option('--json', 'print one JSON object an iteration on standard output, then a summary')
    .addHelpText('after', '\nExample:\n  forage demo --writer grammar')
    .action(async (flags: { writer?: string; out?: string; json?: boolean }) => {
      await (await import('./demo.ts')).demoCommand(flags, io)
    })

  addRunFlags(forage.command('run'))
    .description('Run the loop for a topic of your own before a simulated audience')
    .addHelpText('after', () => `\n${runHelp()}`)
    .action(async (flags: RunFlags) => {
      const [{ runRequest }, { performRun }] = await Promise.all([
        import('./run-request.ts'),
        import('./perform-run.ts'),
      ])
      await performRun(await runRequest(flags, io), io, { replaysFinished: true })
    })

  forage
    .command('report')
    .description('Write report.html of a run anew from its directory')
    .argument('<dir>', 'directory that forage run or forage demo wrote')
    .addHelpText('after', '\nExample:\n  forage report runs/demo-vacuums-price')
    .action(async (directory: string) => {
      await (await import('./report.ts')).reportCommand(directory, io)
    })

  addServiceCommands(forage, io)

  addVisitFlags(forage.command('visit'))
    .description('Send simulated people to a running service, over HTTP, and see its pool improve')
    .addHelpText('after', '\nExample:\n  forage visit --context vacuums --topic Vacuums --key fk_sec_...')
    .action(async (flags: VisitFlags) => {
      await (await import('./visit.ts')).visitCommand(flags, io)
    })

  addStatisticsFlags(forage.command('statistics'))
    .description('Tell how a context of a running service does: lift, cost, items, pools')
    .addHelpText('after', '\nExample:\n  forage statistics --context vacuums --key fk_sec_...')
    .action(async (flags: StatisticsFlags) => {
      await (await import('./statistics.ts')).statisticsCommand(flags, io)
    })

  addDataCommands(forage, io)

  const lab = forage
    .command('lab')
    .description('Experiments on simulated audiences, and checks of them by people')
  if (argv.includes('lab')) (await import('./lab.ts')).labCommand(lab, io)

  if (argv[0] === 'models' || (argv[0] === 'help' && argv[1] === 'models')) {
    const { modelsCommand } = await import('./models.ts')
    forage.addCommand(
      modelsCommand({
        environment: { forageHome: io.env.FORAGE_HOME, hubEndpoint: io.env.HF_ENDPOINT },
        stdout: io.stdout,
        stderr: io.stderr as Parameters<typeof modelsCommand>[0]['stderr'],
        signal: io.signal,
      }),
    )
  } else forage.command('models').description('The models that Forage runs by itself: list, pull, verify')
  return forage
}

function runHelp(): string {
  const strategies = [...STRATEGIES.values()].map(({ key, summary }) => `  ${key.padEnd(16)} ${summary}`)
  return [
    'Strategies:',
    ...strategies,
    '',
    'Built-in tasks:      shopping-question, article-question, headline, follow-up',
    'Built-in personas:   price, quality, brand-reputation, features, ethics, three-preferences (for shopping);',
    '                     discussion, history, event, person, location (for articles)',
    'Environment:         OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY and the like; FORAGE_HOME (where models',
    '                     and kept answers lie); FORAGE_GPU=auto; FORAGE_DEBUG=1; NO_COLOR',
    'A run that was stopped goes on when the same command is given again.',
    '',
    'Example:',
    '  forage run --topic "Rice Cookers" --audience price,quality --iterations 5 --writer grammar --scorer words',
  ].join('\n')
}
