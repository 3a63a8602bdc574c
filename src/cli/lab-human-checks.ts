import type { Command } from 'commander'
import type { CliIo } from './io.ts'
import type { LabPairsFlags } from './lab-pairs.ts'
import { onceOption } from './run-flags.ts'

/** `pairs` and `agreement` of `forage lab`. What a command needs is loaded when it runs. */
export function addHumanCheckCommands(lab: Command, io: CliIo): void {
  lab
    .command('pairs')
    .description('Draw what people are asked, blind and shuffled, from finished runs')
    .argument('<dir...>', 'directories of runs and experiments, or directories above them')
    .addOption(onceOption('--count <count>', 'question pairs (default: 188)'))
    .addOption(onceOption('--comparisons <count>', 'comparisons of IP_0 with the last pool (default: 25)'))
    .addOption(
      onceOption('--difference-min <number>', 'least difference of relevance within a pair (default: 1)'),
    )
    .addOption(onceOption('--strategy <name>', 'whose pools are compared (default: explore-exploit)'))
    .addOption(onceOption('--seed <number>', 'whole number that the draw comes from (default: 1)'))
    .addOption(onceOption('--out <file>', 'the sheet for annotators, .csv or .json (default: pairs.csv)'))
    .addOption(
      onceOption('--key <file>', 'scores and truth, not for annotators (default: beside it, .key.json)'),
    )
    .addHelpText('after', '\nExample:\n  forage lab pairs runs --count 188 --seed 1 --out pairs.csv')
    .action(async (paths: string[], flags: LabPairsFlags) => {
      await (await import('./lab-pairs.ts')).labPairsCommand(paths, flags, io)
    })

  lab
    .command('agreement')
    .description("Read people's answers: how far they agree with each other, the scorer, and the paper")
    .argument('<answers...>', 'sheets that were filled in, or rows of id, annotator and choice; CSV or JSON')
    .addOption(onceOption('--key <file>', 'the key that was written with the sheet').makeOptionMandatory())
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  forage lab agreement --key pairs.key.json ann.csv ben.csv')
    .action(async (paths: string[], flags: { key: string; json?: boolean }) => {
      await (await import('./lab-agreement.ts')).labAgreementCommand(paths, flags, io)
    })
}
