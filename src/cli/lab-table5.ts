import { loadAudience } from '../lab/audience-file.ts'
import { sectionsMarkdown, sectionsText } from '../lab/experiments/document.ts'
import { loadPaperTable } from '../lab/experiments/paper-table5.ts'
import {
  curvesCsv,
  MIXED_AUDIENCE,
  paperDomains,
  TABLE5_STRATEGIES,
  table5Csv,
  table5Results,
  table5Sections,
} from '../lab/experiments/table5.ts'
import { loadTopicSet } from '../lab/topic-set.ts'
import type { CliIo } from './io.ts'
import { type LabFlags, labRequest, presetOf } from './lab-flags.ts'
import { performLab } from './lab-perform.ts'
import { printableLines } from './terminal-text.ts'

/**
 * `forage lab table5`: makes the runs of the paper's main experiment and prints its table beside the paper's.
 *
 * @throws InputError of wrong flags and files; whatever stopped the runs
 */
export async function table5Command(flags: LabFlags, io: CliIo): Promise<void> {
  const preset = presetOf(flags.preset)
  const [shopping, generalKnowledge, mixed, paper] = await Promise.all([
    loadTopicSet('shopping'),
    loadTopicSet('general-knowledge'),
    loadAudience(MIXED_AUDIENCE),
    loadPaperTable(),
  ])
  const request = await labRequest(flags, preset, {
    experiment: 'table5',
    strategies: TABLE5_STRATEGIES,
    domains: paperDomains(shopping, generalKnowledge, mixed),
    settings: {},
  })
  const { plan } = request
  await performLab(request, io, {
    output(directory, missing, names) {
      const results = table5Results(plan, directory, missing)
      const sections = table5Sections(plan, results, paper, names)
      const json = { experiment: plan.experiment, preset: plan.preset, ...names, ...results }
      return {
        text: printableLines(sectionsText(sections)),
        json,
        files: {
          'table5.md': sectionsMarkdown('Table 5', sections),
          'table5.csv': table5Csv(results, paper),
          'curves.csv': curvesCsv(results.figures),
          'table5.json': `${JSON.stringify(json, undefined, 2)}\n`,
        },
      }
    },
  })
}
