import type { Command } from 'commander'
import { onceOption } from './run-flags.ts'

/** Flags of `forage visit`; what they mean is checked by `visitRequest`. */
export function addVisitFlags(command: Command): Command {
  return command
    .addOption(onceOption('--context <key>', 'context to visit; made where there is none of that key'))
    .addOption(onceOption('--topic <text>', 'what a context that is made is about'))
    .addOption(onceOption('--key <key>', 'secret key of the service (default: FORAGE_KEY)'))
    .addOption(onceOption('--url <url>', 'the service (default: FORAGE_URL, else http://127.0.0.1:8787)'))
    .addOption(onceOption('--audience <names|file>', 'who visits (default: price)'))
    .addOption(onceOption('--scorer <scorer>', 'how relevance is judged (default: embedding)'))
    .addOption(onceOption('--iterations <n>', 'times the pool is rewritten (default: 10)'))
    .addOption(
      onceOption('--interactions <n>', 'visits an iteration of a context that is made (default: 1000)'),
    )
    .addOption(
      onceOption(
        '--holdout <share>',
        'share of visitors whose pool of a context that is made stays as it is (default: 0.2)',
      ),
    )
    .addOption(
      onceOption('--strategy <strategy>', 'strategy of a context that is made (default: explore-exploit)'),
    )
    .addOption(onceOption('--together <n>', 'visits under way at once (default: 32)'))
    .addOption(onceOption('--seed <n>', 'seed of the clicks (default: 1)'))
    .option('--json', "print the service's statistics as one JSON object")
}
