import type { Command } from 'commander'
import type { CliIo } from './io.ts'
import { addExperimentCommands } from './lab-experiments.ts'
import { addHumanCheckCommands } from './lab-human-checks.ts'
import { addLabReportCommand } from './lab-report.ts'
import { addLabReproductionCommand } from './lab-reproduction.ts'

/** `forage lab ...`: the paper's experiments, and its checks by people. */
export function labCommand(lab: Command, io: CliIo): Command {
  addExperimentCommands(lab, io)
  addHumanCheckCommands(lab, io)
  addLabReportCommand(lab, io)
  addLabReproductionCommand(lab, io)
  return lab.addHelpText('after', '\nExample:\n  forage lab table5 --preset smoke')
}
