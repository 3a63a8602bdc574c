import {
  ABLATION_ARM_KEYS,
  ablationCsv,
  ablationResults,
  ablationSections,
} from '../lab/experiments/ablation.ts'
import { ABLATION_STRATEGIES } from '../lab/experiments/ablation-arms.ts'
import { curvesCsv } from '../lab/experiments/table5.ts'
import type { CliIo } from './io.ts'
import { narrowed } from './lab-domains.ts'
import { type LabFlags, labRequest, presetOf } from './lab-flags.ts'
import { labOutput } from './lab-output.ts'
import { performLab } from './lab-perform.ts'

/** Before a few audiences: ten arms are many runs. */
const AUDIENCES = { smoke: ['quality', 'history'], small: ['quality', 'ethics'] }

/**
 * `forage lab ablation`: what the prompt holds is varied, with everything else the same.
 *
 * @throws InputError of wrong flags and files; whatever stopped the runs
 */
export async function ablationCommand(flags: LabFlags, io: CliIo): Promise<void> {
  const { preset, domains } = await narrowed(presetOf(flags.preset), flags, AUDIENCES)
  const request = await labRequest(flags, preset, {
    experiment: 'ablation',
    strategies: ABLATION_ARM_KEYS,
    known: ABLATION_STRATEGIES,
    domains,
    settings: {},
  })
  const { plan } = request
  await performLab(request, io, {
    output(directory, missing, names) {
      const results = ablationResults(plan, directory, missing)
      return labOutput(plan, names, {
        title: 'Ablation of the prompt',
        sections: ablationSections(plan, results, names),
        results,
        tables: { 'ablation.csv': ablationCsv(results), 'curves.csv': curvesCsv(results.figures) },
      })
    },
  })
}
