import type { Command } from 'commander'
import type { CliIo } from './io.ts'
import { addHumanCheckCommands } from './lab-human-checks.ts'

/** `forage lab ...`: experiments on simulated audiences, and checks of them by people. */
export function labCommand(lab: Command, io: CliIo): Command {
  addHumanCheckCommands(lab, io)
  return lab.addHelpText('after', '\nExample:\n  forage lab pairs runs --out pairs.csv')
}
