import { type Section, sectionsMarkdown, sectionsText } from '../lab/experiments/document.ts'
import { labelledCsv, labelledSections } from '../lab/experiments/matched.ts'
import type { ExperimentPlan } from '../lab/experiments/plan.ts'
import type { LabNames, LabOutput } from './lab-perform.ts'
import { printableLines } from './terminal-text.ts'

/** What an experiment says, in the forms that every experiment has: text, one JSON object, and files of both. */
export function labOutput(
  { experiment, preset }: ExperimentPlan,
  names: LabNames,
  told: {
    /** Heading of the Markdown. */
    readonly title: string
    readonly sections: readonly Section[]
    /** Goes into the JSON. */
    readonly results: object
    /** File name to text. */
    readonly tables: Readonly<Record<string, string>>
  },
): LabOutput {
  const json = { experiment, preset, ...names, ...told.results }
  const sections = labelledSections(told.sections, names.matched)
  const tables = Object.entries(told.tables).map(([name, text]) => [name, labelledCsv(text, names.matched)])
  return {
    text: printableLines(sectionsText(sections)),
    json,
    files: {
      [`${experiment}.md`]: sectionsMarkdown(told.title, sections),
      ...Object.fromEntries(tables),
      [`${experiment}.json`]: `${JSON.stringify(json, undefined, 2)}\n`,
    },
  }
}
