import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Bench, BenchReport, Claim } from './harness/bench.ts'
import { recordOf } from './harness/records.ts'
import { type Study, studyDocument } from './strategies/document.ts'
import { type StudyFigures, studyFigures } from './strategies/figures.ts'
import { studyCommand } from './strategies/options.ts'
import { studyProgress } from './strategies/progress.ts'
import { runStudy } from './strategies/run-study.ts'

export const bench: Bench = {
  name: 'strategies',
  question: 'How do the five strategies rank when a real language model writes?',
  run: (log, flags = []) => runStrategiesBench(flags, log),
}

const DOCUMENT = new URL('../docs/strategies-on-a-real-model.md', import.meta.url)

/** @param environment where FORAGE_HOME says where models and kept answers are */
export async function runStrategiesBench(
  flags: readonly string[],
  log: (line: string) => void,
  environment: NodeJS.ProcessEnv = process.env,
  document: URL = DOCUMENT,
): Promise<BenchReport & { readonly study: Study }> {
  const { options, groups, workers, isTrial, command } = await studyCommand(flags, environment.FORAGE_HOME)
  for (const { answersPath } of groups) mkdirSync(dirname(answersPath), { recursive: true })
  const progress = studyProgress(options, groups.length, workers, log)
  const { runs, failed } = await runStudy(groups, options, workers, progress, environment)
  const figures = studyFigures(runs, options.strategies)
  const study: Study = { command, options, workers, figures, runs, failed }
  const report = {
    cases: [],
    claims: claimsOf(figures),
    versions: {},
    resultHash: hashOf(study),
    notes: ['CTR in percentage points; all figures are in docs/strategies-on-a-real-model.md.'],
    ...(isTrial ? { isTrial } : {}),
    study,
  }
  const text = studyDocument(study, recordOf(bench, report))
  if (isTrial) log(text)
  else writeFileSync(document, text)
  return report
}

/** The paper's order: explore-exploit above every other strategy. */
function claimsOf({ reference, pairs }: StudyFigures): Claim[] {
  return pairs.map(({ other, difference: { mean, interval } }) => ({
    text: `mean last CTR of ${reference} less that of ${other}, with its 95 % interval over runs`,
    wanted: 0,
    got: 100 * mean,
    ...(interval === null ? {} : { spread: [100 * interval[0], 100 * interval[1]] as const }),
  }))
}

/** Of what hangs on seeds and models only. */
function hashOf({ runs }: Study): string {
  const kept = runs.map(({ modelSeconds: _, ...run }) => run)
  return createHash('sha256').update(JSON.stringify(kept)).digest('hex').slice(0, 16)
}
