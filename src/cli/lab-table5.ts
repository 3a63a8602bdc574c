import { loadPaperTable } from '../lab/experiments/paper-table5.ts'
import {
  curvesCsv,
  TABLE5_STRATEGIES,
  table5Csv,
  table5Results,
  table5Sections,
} from '../lab/experiments/table5.ts'
import type { CliIo } from './io.ts'
import { loadedPaperDomains } from './lab-domains.ts'
import { type LabFlags, labRequest, presetOf } from './lab-flags.ts'
import { labOutput } from './lab-output.ts'
import { performLab } from './lab-perform.ts'

/**
 * `forage lab table5`: makes the runs of the paper's main experiment and prints its table beside the paper's.
 *
 * @throws InputError of wrong flags and files; whatever stopped the runs
 */
export async function table5Command(flags: LabFlags, io: CliIo): Promise<void> {
  const preset = presetOf(flags.preset)
  const [domains, paper] = await Promise.all([loadedPaperDomains(), loadPaperTable()])
  const request = await labRequest(flags, preset, {
    experiment: 'table5',
    strategies: TABLE5_STRATEGIES,
    domains,
    settings: {},
  })
  const { plan } = request
  await performLab(request, io, {
    output(directory, missing, names) {
      const results = table5Results(plan, directory, missing)
      return labOutput(plan, names, {
        title: 'Table 5',
        sections: table5Sections(plan, results, paper, names),
        results,
        tables: { 'table5.csv': table5Csv(results, paper), 'curves.csv': curvesCsv(results.figures) },
      })
    },
  })
}
