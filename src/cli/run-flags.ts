import { type Command, InvalidArgumentError, Option } from 'commander'

/** What `forage run` was given, as texts; checked further on. Absent: not given. */
export interface RunFlags {
  readonly task?: string
  readonly topic?: string
  readonly article?: string
  readonly audience?: string
  readonly strategy?: string
  readonly iterations?: string
  readonly interactions?: string
  readonly poolSize?: string
  readonly replaced?: string
  readonly slateSize?: string
  readonly seed?: string
  readonly writer?: string
  readonly scorer?: string
  readonly out?: string
  readonly json?: boolean
  readonly ctrWindow?: string
  readonly turns?: string
  readonly candidates?: string
  readonly writeAttempts?: string
  readonly samplingTemperature?: string
  readonly choiceTemperature?: string
  readonly noClickScore?: string
  readonly allowMatched?: boolean
}

/** A flag that takes one value, and may be given once: of two values nobody knows which was meant. */
export function onceOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string, before: unknown) => {
    if (before !== undefined) throw new InvalidArgumentError('It was given twice; give it once.')
    return value
  })
}

/** `--no-click-score` is a flag with a value, not the negation of `--click-score`, which commander takes it for. */
function noClickScoreOption(): Option {
  const option = onceOption(
    '--no-click-score <number>',
    "strength of clicking nothing; the audience's, else 11",
  )
  option.negate = false
  option.attributeName = () => 'noClickScore'
  return option
}

export function allowMatchedOption(): Option {
  return new Option(
    '--allow-matched',
    'let a strategy choose by the encoder that the scorer judges by; every figure is labelled matched',
  )
}

export function addRunFlags(command: Command): Command {
  for (const option of [
    onceOption('--task <name>', 'built-in task or JSON file (default: shopping-question)'),
    onceOption('--topic <text>', 'what is being recommended for, such as "Rice Cookers"; required'),
    onceOption(
      '--article <file>',
      'text the items are about, for tasks that need one; - reads standard input',
    ),
    onceOption('--audience <names|file>', 'built-in personas with commas between, or a JSON file; required'),
    onceOption('--strategy <name>', 'how the pool is rewritten (default: explore-exploit)'),
    onceOption('--iterations <count>', 'times the pool is rewritten, I in the paper (default: 15)'),
    onceOption('--interactions <count>', 'visits an iteration, S (default: 5000)'),
    onceOption('--pool-size <count>', 'live items, N (default: 5)'),
    onceOption('--replaced <count>', 'items each prompt writes in an iteration, n (default: 1)'),
    onceOption('--slate-size <count>', 'items shown together, K (default: 3)'),
    onceOption('--seed <number>', 'whole number that everything random comes from (default: 1)'),
    onceOption(
      '--writer <writer>',
      'local[:NAME|FILE.gguf|hf:URI], grammar, recorded:FILE or PROVIDER:MODEL (default: a provider whose key is in the environment, else local)',
    ),
    onceOption(
      '--scorer <scorer>',
      'embedding, words, characters or PROVIDER:MODEL: how relevant a text is to a persona (default: embedding)',
    ),
    onceOption('--out <dir>', 'directory of the run (default: runs/TOPIC-AUDIENCE-STRATEGY-seedSEED)'),
    new Option('--json', 'print one JSON object an iteration on standard output, then a summary'),
    onceOption(
      '--ctr-window <window>',
      "an item's CTR is over its whole life, or the last iteration: life or last (default: life)",
    ),
    onceOption(
      '--turns <turns>',
      'explore-exploit: both prompts write in each iteration, or they alternate: both or alternate (default: both)',
    ),
    onceOption('--candidates <count>', 'texts asked for each place to fill (default: 4)'),
    onceOption(
      '--write-attempts <count>',
      'times the writer is asked before an iteration ends with fewer births (default: 4)',
    ),
    onceOption('--sampling-temperature <number>', "the writer's, 0 to 2 (default: 0.9)"),
    onceOption(
      '--choice-temperature <number>',
      "softness of the audience's choice, T; the audience's, else 1.5",
    ),
    noClickScoreOption(),
    allowMatchedOption(),
  ]) {
    command.addOption(option)
  }
  return command
}
