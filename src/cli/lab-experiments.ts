import { Command, Option } from 'commander'
import { PRESET_NAMES, PRESETS } from '../lab/experiments/presets.ts'
import type { CliIo } from './io.ts'
import type { LabFlags } from './lab-flags.ts'
import { addRunFlags, allowMatchedOption, onceOption } from './run-flags.ts'

/** Adds the experiments to `forage lab`. What a command needs is loaded when it runs. */
export function addExperimentCommands(lab: Command, io: CliIo): void {
  experiment(
    lab,
    'table5',
    "The paper's main experiment: five strategies before each population, beside its Table 5",
  ).action(async (flags: LabFlags) => {
    await (await import('./lab-table5.ts')).table5Command(flags, io)
  })

  experiment(
    lab,
    'length',
    'The length test: does the writer use the rates it is shown? 40 iterations, three strategies',
    { without: ['scorer'] },
  ).action(async (flags: LabFlags) => {
    await (await import('./lab-length.ts')).lengthCommand(flags, io)
  })

  experiment(
    lab,
    'variance',
    'How far the measured CTR scatters with S, the visits of an iteration: 100 to 50,000',
    { without: ['strategies', 'iterations', 'interactions', 'replaced'] },
  ).action(async (flags: LabFlags) => {
    await (await import('./lab-variance.ts')).varianceCommand(flags, io)
  })

  experiment(
    lab,
    'ablation',
    'What the prompt holds, with everything else the same: log, rates, pool, nothing; ten arms',
    { note: 'Before quality and history in smoke, quality and ethics in small; --strategies takes arms.' },
  ).action(async (flags: LabFlags) => {
    await (await import('./lab-ablation.ts')).ablationCommand(flags, io)
  })

  experiment(
    lab,
    'sensitivity',
    "One setting at a time around the paper's: T, RS, K, N, n, S; does the order of strategies hold?",
    { note: 'Before quality in smoke and small, quality and history in paper.' },
  )
    .addOption(onceOption('--vary <settings>', 'T,RS,K,N,n,S or some, with values if wanted: T=1:2,K=4'))
    .action(async (flags: LabFlags & { vary?: string }) => {
      await (await import('./lab-sensitivity.ts')).sensitivityCommand(flags, io)
    })
}

function experiment(
  lab: Command,
  name: string,
  description: string,
  { without = [], note }: { readonly without?: readonly string[]; readonly note?: string } = {},
): Command {
  const more = note === undefined ? '' : `\n${note}`
  return addLabFlags(lab.command(name), without)
    .description(description)
    .option('--yes', 'do not ask before a long run')
    .addHelpText('after', () => `\n${presetsHelp()}${more}\n\nExample:\n  forage lab ${name} --preset smoke`)
}

function presetsHelp(): string {
  return [
    'Presets:',
    ...PRESET_NAMES.map((name) => `  ${name.padEnd(6)} ${PRESETS[name].summary}`),
    'An experiment that was stopped goes on when the same command is given again.',
  ].join('\n')
}

/** Settings of the paper that are those of `forage run`. */
const RUN_FLAGS = ['interactions', 'poolSize', 'replaced', 'slateSize', 'choiceTemperature', 'noClickScore']

/** @param without flags that would mean nothing to an experiment */
function addLabFlags(command: Command, without: readonly string[] = []): Command {
  for (const option of [
    onceOption('--preset <name>', `${PRESET_NAMES.join(', ')} (default: smoke)`),
    onceOption('--out <dir>', 'directory of the results (default: runs/lab-EXPERIMENT-PRESET)'),
    onceOption(
      '--topics <sets>',
      'topic sets, single topics of the built-in ones, or JSON files, with commas',
    ),
    onceOption('--topics-max <count>', 'the first topics of each set (default: as the preset says)'),
    onceOption('--audiences <names|files>', 'populations with commas between, or JSON files'),
    onceOption('--strategies <names>', 'strategies with commas between'),
    onceOption('--seeds <numbers>', 'whole numbers with commas between (default: 1)'),
    onceOption('--seed <number>', 'one seed'),
    onceOption('--writer <writer>', 'as of forage run (default: as the preset says)'),
    onceOption('--scorer <scorer>', 'as of forage run (default: as the preset says)'),
    onceOption('--iterations <count>', 'times the pool is rewritten, I (default: 15; 40 in the length test)'),
    ...addRunFlags(new Command()).options.filter((option) => RUN_FLAGS.includes(option.attributeName())),
    onceOption(
      '--concurrency <count>',
      'runs made at the same time (default: 1; as many as cores with a local model, 4 with a provider)',
    ),
    onceOption('--max-calls <count>', 'stop before more new model calls than that'),
    onceOption('--max-cost-usd <number>', 'stop when new answers have cost that much'),
    allowMatchedOption(),
    new Option('--json', 'print the results as one JSON object on standard output'),
  ]) {
    if (!without.includes(option.attributeName())) command.addOption(option)
  }
  return command
}
