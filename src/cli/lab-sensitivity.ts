import { STRATEGIES } from '../core/strategies/index.ts'
import type { Strategy } from '../core/strategies/strategy.ts'
import {
  sensitivityCsv,
  sensitivityCurvesCsv,
  sensitivityResults,
  sensitivitySections,
} from '../lab/experiments/sensitivity.ts'
import { sweepsOf, variantsOf } from '../lab/experiments/sensitivity-sweeps.ts'
import { TABLE5_STRATEGIES } from '../lab/experiments/table5.ts'
import type { CliIo } from './io.ts'
import { narrowed } from './lab-domains.ts'
import { type LabFlags, labRequest, presetOf } from './lab-flags.ts'
import { labOutput } from './lab-output.ts'
import { performLab } from './lab-perform.ts'

/** Before few audiences: every setting is a whole Table 5. */
const AUDIENCES = { smoke: ['quality'], small: ['quality'], paper: ['quality', 'history'] }

/**
 * `forage lab sensitivity`: one setting of the paper at a time, around its own values.
 *
 * @throws InputError of wrong flags and files; whatever stopped the runs
 */
export async function sensitivityCommand(
  flags: LabFlags & { readonly vary?: string },
  io: CliIo,
): Promise<void> {
  const { preset, domains } = await narrowed(presetOf(flags.preset), flags, AUDIENCES)
  const request = await labRequest(flags, preset, {
    experiment: 'sensitivity',
    strategies: TABLE5_STRATEGIES,
    domains,
    settings: {},
    variantsOf(plan) {
      const strategies = plan.strategies.map((key) => STRATEGIES.get(key) as Strategy)
      return variantsOf(sweepsOf(flags.vary, plan, strategies), plan)
    },
  })
  const { plan } = request
  await performLab(request, io, {
    output(directory, missing, names) {
      const results = sensitivityResults(plan, directory, missing)
      return labOutput(plan, names, {
        title: 'Sensitivity to the settings',
        sections: sensitivitySections(plan, results, names),
        results,
        tables: {
          'sensitivity.csv': sensitivityCsv(results),
          'curves.csv': sensitivityCurvesCsv(results),
        },
      })
    },
  })
}
