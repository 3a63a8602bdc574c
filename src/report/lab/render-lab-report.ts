import { sectionsMarkdown } from '../../lab/experiments/document.ts'
import type { PaperTable } from '../../lab/experiments/paper-table5.ts'
import { type Html, html, shortened } from '../html.ts'
import { pageMarkup } from '../page.ts'
import { comparisonCsv, comparisonSections, letterOf } from './comparison.ts'
import { curvesPart } from './curves-part.ts'
import { effortPart } from './effort-part.ts'
import type { ExperimentRecord } from './experiment-record.ts'
import { type ExperimentResults, experimentResults } from './experiment-results.ts'
import { banners, gapsPart } from './gaps-part.ts'
import { LAB_STYLE } from './lab-style.ts'
import { poolsPart } from './pools-part.ts'
import { sectionsHtml } from './section-html.ts'
import { sweepsPart } from './sweeps-part.ts'
import { variancePart } from './variance-part.ts'

const TITLES: Readonly<Record<string, string>> = {
  table5: 'Table 5',
  length: 'Length test',
  ablation: 'Ablation of the prompt',
  sensitivity: 'Sensitivity to the settings',
  variance: 'Variance of the measured CTR',
}

/** The page, and the comparison in other forms when there are several experiments. */
export interface LabReport {
  readonly page: string
  readonly comparison: { readonly markdown: string; readonly csv: string } | null
}

/**
 * One or more experiments as one HTML file that needs nothing else: no script, no network, no font. Pure: the same
 * records give the same bytes. Names of topics, audiences and whatever a model wrote are hostile text here, as in
 * the report of a run.
 */
export function renderLabReport(records: readonly ExperimentRecord[], paper: PaperTable): LabReport {
  const experiments = records.map((record) => experimentResults(record, paper))
  const several = experiments.length > 1
  const compared = several ? comparisonSections(experiments) : []
  const page = pageMarkup({
    title: several
      ? `${experiments.length} experiments: Forage lab`
      : titleOf(experiments[0] as ExperimentResults),
    style: LAB_STYLE,
    resultId: several ? 'comparison' : 'A-results',
    body: several
      ? [
          html`<p class="kicker">Forage lab</p><h1>${experiments.length} experiments compared</h1>
<ul class="links">${experiments.map((one, index) => html`<li><a href="#${letterOf(index)}">${letterOf(index)}: ${titleOf(one)}, ${shortened(one.record.directory, 120)}</a></li>`)}</ul>
<div id="comparison">${sectionsHtml(compared)}</div>`,
          ...experiments.map(
            (one, index) =>
              html`<article class="experiment" id="${letterOf(index)}"><h2>${letterOf(index)}: ${titleOf(one)}</h2>${parts(one, letterOf(index))}</article>
`,
          ),
        ]
      : html`<article><p class="kicker">Forage lab</p><h1>${titleOf(experiments[0] as ExperimentResults)}</h1>${parts(experiments[0] as ExperimentResults, 'A')}</article>`,
  })
  return {
    page,
    comparison: several
      ? { markdown: sectionsMarkdown('Comparison', compared), csv: comparisonCsv(experiments) }
      : null,
  }
}

function parts(one: ExperimentResults, id: string): Html {
  const { record } = one
  const shown = [
    ['gaps', 'What is missing', gapsPart(one, id)],
    ['variance', 'Scatter', variancePart(one, id)],
    ['sweeps', 'One setting at a time', sweepsPart(one, id)],
    ['curves', 'Curves', curvesPart(one, id)],
    ['pools', 'Example pools', poolsPart(one, id)],
    ['refused', 'Refused candidates, time, tokens, cost', effortPart(one, id)],
  ] as const
  return html`<p class="what">${shortened(record.directory, 200)}</p>
${banners(one)}
<nav aria-label="Parts of ${id}"><a href="#${id}-results">Results</a> ${shown.map(([key, name, part]) => part && html`<a href="#${id}-${key}">${name}</a> `)}</nav>
${
  record.tables.length > 0 &&
  html`<ul class="links">${record.tables.map(({ name, href }) => html`<li><a href="${href}">${name}</a></li>`)}</ul>`
}
<div id="${id}-results">${sectionsHtml(one.sections)}</div>
${shown.map(([, , part]) => part)}`
}

function titleOf({ record }: ExperimentResults): string {
  const { experiment, preset } = record.plan
  return `${TITLES[experiment] ?? experiment}, preset ${shortened(preset, 40)}`
}
