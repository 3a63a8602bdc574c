import { ablationResults, ablationSections } from '../../lab/experiments/ablation.ts'
import type { Section } from '../../lab/experiments/document.ts'
import { type ExperimentFigures, figuresSoFar, plannedRuns } from '../../lab/experiments/figures.ts'
import { lengthResults, lengthSections } from '../../lab/experiments/length.ts'
import { labelledSections } from '../../lab/experiments/matched.ts'
import type { PaperTable } from '../../lab/experiments/paper-table5.ts'
import { gapSections, relevanceSection } from '../../lab/experiments/results-text.ts'
import { missingCases } from '../../lab/experiments/run-experiment.ts'
import {
  type SweepResults,
  sensitivityResults,
  sensitivitySections,
} from '../../lab/experiments/sensitivity.ts'
import { table5Results, table5Sections } from '../../lab/experiments/table5.ts'
import { type VarianceRow, varianceRows, varianceSections } from '../../lab/experiments/variance.ts'
import { RememberedRuns } from './curve-figures.ts'
import type { ExperimentRecord } from './experiment-record.ts'

/** An experiment with its figures, as all parts of the page want them. */
export interface ExperimentResults {
  readonly record: ExperimentRecord
  readonly complete: RememberedRuns
  readonly figures: ExperimentFigures
  /** What the experiment itself prints, but for what the page shows in its own way: gaps, and relevance by iteration. */
  readonly sections: readonly Section[]
  /** Of an experiment that varies settings. */
  readonly sweeps: readonly SweepResults[]
  /** Of a study of variance. */
  readonly variance: readonly VarianceRow[]
}

/** Computes what `forage lab` would print of these runs. */
export function experimentResults(record: ExperimentRecord, paper: PaperTable): ExperimentResults {
  const { figures, sections, sweeps = [], variance = [] } = told(record, paper)
  const shownElsewhere = new Set<unknown>(
    [...gapSections(figures), relevanceSection(figures)].map((section) => nameOf(section)),
  )
  return {
    record,
    complete: new RememberedRuns(record.plan, plannedRuns(record.runs)),
    figures,
    sweeps,
    variance,
    sections: labelledSections(
      sections.filter((section) => !shownElsewhere.has(nameOf(section))),
      record.matched,
    ),
  }
}

interface Told {
  readonly figures: ExperimentFigures
  readonly sections: readonly Section[]
  readonly sweeps?: readonly SweepResults[]
  readonly variance?: readonly VarianceRow[]
}

function told(record: ExperimentRecord, paper: PaperTable): Told {
  const { plan } = record
  const missing = missingCases(plan, record).length
  if (plan.experiment === 'length') {
    const results = lengthResults(plan, record, missing)
    return { figures: results.figures, sections: lengthSections(plan, results, record) }
  }
  if (plan.experiment === 'variance') {
    const variance = varianceRows(plan, record.judgedPools)
    const { figures } = figuresSoFar(plan, record.runs.values(), '', missing)
    // First pools alone have no curves, and no strategies to compare.
    return {
      figures: { ...figures, audiences: [] },
      variance,
      sections: varianceSections(variance, record.judgedPools.length, record),
    }
  }
  if (plan.experiment === 'ablation') {
    const results = ablationResults(plan, record, missing)
    return { figures: results.figures, sections: ablationSections(plan, results, record) }
  }
  if (plan.experiment === 'sensitivity') {
    const results = sensitivityResults(plan, record, missing)
    const { figures, sweeps } = results
    return { figures, sweeps, sections: sensitivitySections(plan, results, record) }
  }
  const results = table5Results(plan, record, missing)
  return { figures: results.figures, sections: table5Sections(plan, results, paper, record) }
}

function nameOf(section: Section | undefined): string | undefined {
  return section?.kind === 'text' ? section.text : section?.title
}
