import type { Command } from 'commander'
import { onceOption } from './run-flags.ts'

export interface StatisticsFlags {
  readonly context?: string
  readonly key?: string
  readonly url?: string
  readonly all?: boolean
  readonly json?: boolean
}

export function addStatisticsFlags(command: Command): Command {
  return command
    .addOption(onceOption('--context <key>', 'context to tell of'))
    .addOption(onceOption('--key <key>', 'secret key of the service (default: FORAGE_KEY)'))
    .addOption(onceOption('--url <url>', 'the service (default: FORAGE_URL, else http://127.0.0.1:8787)'))
    .option('--all', 'items that left the pool too')
    .option('--json', "print the service's statistics as one JSON object")
}
