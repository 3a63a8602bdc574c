import { mean } from '../../../core/statistics/mean.ts'
import { tableMarkdown } from '../../../lab/experiments/document.ts'
import type { PaperTable } from '../../../lab/experiments/paper-table5.ts'
import { percent } from '../../../lab/experiments/results-text.ts'
import type { RunFigures } from '../../../lab/experiments/run-line.ts'
import type { ExperimentResults } from '../experiment-results.ts'
import { code, counted, list } from './words.ts'

/** Topics a domain and populations of the paper. */
const PAPER_TOPICS = 50

/** What is otherwise than in the paper, as far as the runs tell; each sentence stands only where it is so. */
export function reasonsPart(experiments: readonly ExperimentResults[], paper: PaperTable): string[] {
  return ['## Why it differs', ...experiments.flatMap((one) => [reasons(one, paper), ...effort(one)])]
}

function reasons({ record, figures }: ExperimentResults, paper: PaperTable): string {
  const { plan, writer, scorer } = record
  const lines: string[] = []
  if (!writer.includes(paper.writer)) {
    lines.push(
      `**The writer** is ${code(writer)}; the paper’s was ${code(paper.writer)}.${record.writerIsStandIn ? ' It is a stand-in and no language model.' : ''}`,
    )
  }
  const versions = [...record.examples.values()].flatMap(({ promptVersions }) => promptVersions)
  if (versions.some((version) => version.includes('@completion-'))) {
    lines.push(
      '**The prompts** are texts to continue, not instructions: a model this small does not follow those. A list or a log of earlier texts is left open for the next line, and holds the end of the history rather than all of it; to exploit, the model sees the text to follow, not the log. It does not keep to “a new subject” or “the same subject” by itself, so of several samples code takes the one that fits, by the words they share.',
    )
  }
  if (!scorer.includes(paper.writer)) {
    const how = scorer.startsWith('embedding:')
      ? 'a sentence encoder, calibrated so that first pools lie in the paper’s range ([relevance.md](relevance.md))'
      : 'not the paper’s'
    lines.push(
      `**The judge** is ${code(scorer)}: ${how}. The paper’s was the writer itself. Heights of CTR can therefore not be compared, only the order of strategies and the direction of changes.`,
    )
  }
  const few = plan.domains.map(({ key, topics }) => `${topics.length} of ${PAPER_TOPICS} ${key}`)
  const met = new Set(figures.audiences.map(({ audience }) => audience))
  const others = paper.audiences.filter(({ audience }) => !met.has(audience)).map(({ audience }) => audience)
  if (plan.domains.some(({ topics }) => topics.length < PAPER_TOPICS) || others.length > 0) {
    lines.push(
      `**Few cases**: ${list(few)} topics; ${counted(plan.seeds.length, 'seed')} (${plan.seeds.join(', ')}).` +
        (others.length === 0
          ? ''
          : ` Populations of the paper that were not run: ${list(others.map(code))}.`) +
        ' Wide intervals say that so few topics decide little; `npx forage lab table5 --preset paper` runs all.',
    )
  }
  lines.push(...unequalCost(record.plan.settings.exploreExploitTurns, figuresOf(record)))
  return lines.map((line) => `- ${line}`).join('\n')
}

type Runs = readonly RunFigures[]

function figuresOf({ runs }: ExperimentResults['record']): Runs {
  return [...runs.values()].filter((run) => run.kind === 'finished')
}

function unequalCost(turns: string, runs: Runs): string[] {
  const callsOf = (strategy: string) => {
    const own = runs.filter((run) => run.strategy === strategy)
    return own.length === 0 ? undefined : mean(own.map(({ usage }) => usage.modelCalls))
  }
  const [ours, theirs] = [callsOf('explore-exploit'), callsOf('full-ctr')]
  if (turns !== 'both' || !ours || !theirs) return []
  return [
    `**Unequal cost**: ${code('explore-exploit')} writes two texts an iteration where the others write one, as the paper may be read ([decisions](decisions/2026-11-24-readings-of-the-paper.md)); it took ${(ours / theirs).toFixed(1)} times the model calls of ${code('full-ctr')}.`,
  ]
}

/** What the writer lost to the checks: a strategy whose texts are refused changes its pool more slowly. */
function effort({ record }: ExperimentResults): string[] {
  const runs = figuresOf(record)
  if (runs.length === 0) return []
  const rows = record.plan.strategies.flatMap((strategy) => {
    const own = runs.filter((run) => run.strategy === strategy)
    if (own.length === 0) return []
    const of = (value: (run: RunFigures) => number) => mean(own.map(value))
    const refused = of((run) => Object.values(run.refused).reduce((sum, times) => sum + times, 0))
    const repeats = of((run) => (run.refused.duplicate ?? 0) + (run.refused['near-duplicate'] ?? 0))
    const calls = of(({ usage }) => usage.modelCalls)
    return [
      [
        strategy,
        calls.toFixed(0),
        refused.toFixed(0),
        refused === 0 ? '' : `${percent(repeats / refused)} %`,
        of(({ birthsMissed }) => birthsMissed).toFixed(1),
        of(({ usage }) => usage.seconds).toFixed(0),
      ],
    ]
  })
  return [
    'What a run took, means over runs. Refused are candidates that a check kept out, known texts those among them that were there before in these words or others; a place not filled leaves an old text in the pool. Seconds are the model’s when its answers were new, on the machine of that run.',
    tableMarkdown(
      ['strategy', 'model calls', 'refused', 'known texts', 'places not filled', 'model seconds'],
      rows,
    ),
  ]
}
