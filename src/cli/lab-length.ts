import { lengthScorer } from '../compose.ts'
import {
  LENGTH_AUDIENCES,
  LENGTH_ITERATIONS,
  LENGTH_STRATEGIES,
  type LengthMeasure,
  lengthCsv,
  lengthResults,
  lengthSections,
} from '../lab/experiments/length.ts'
import { loadTopicSet } from '../lab/topic-set.ts'
import type { CliIo } from './io.ts'
import { type LabFlags, labRequest, presetOf } from './lab-flags.ts'
import { labOutput } from './lab-output.ts'
import { performLab } from './lab-perform.ts'

/**
 * `forage lab length`: the paper's length test, in words and in characters.
 *
 * @throws InputError of wrong flags and files; whatever stopped the runs
 */
export async function lengthCommand(flags: LabFlags, io: CliIo): Promise<void> {
  const { audiences: _, ...preset } = presetOf(flags.preset)
  const shopping = await loadTopicSet('shopping')
  const request = await labRequest(
    flags,
    { ...preset, scorer: 'words' },
    {
      experiment: 'length',
      strategies: LENGTH_STRATEGIES,
      domains: [{ ...shopping, audiences: LENGTH_AUDIENCES }],
      settings: { iterations: LENGTH_ITERATIONS },
    },
  )
  const { plan } = request
  const scorers = { words: await lengthScorer('words'), characters: await lengthScorer('characters') }
  await performLab(request, io, {
    scorerName: 'words and characters',
    scorerFor: ({ name }) => scorers[name.audience as LengthMeasure],
    output(directory, missing, names) {
      const results = lengthResults(plan, directory, missing)
      return labOutput(plan, names, {
        title: 'Length test',
        sections: lengthSections(plan, results, names),
        results,
        tables: { 'length.csv': lengthCsv(results) },
      })
    },
  })
}
