import {
  checkVariancePlan,
  readJudgedPools,
  varianceCsv,
  varianceRows,
  varianceSections,
} from '../lab/experiments/variance.ts'
import { loadTopicSet } from '../lab/topic-set.ts'
import type { CliIo } from './io.ts'
import { type LabFlags, labRequest, presetOf } from './lab-flags.ts'
import { labOutput } from './lab-output.ts'
import { performLab } from './lab-perform.ts'

/**
 * `forage lab variance`: how far the measured CTR scatters with the number of visits, on first pools.
 *
 * @throws InputError of wrong flags and files; whatever stopped the runs
 */
export async function varianceCommand(flags: LabFlags, io: CliIo): Promise<void> {
  const request = await labRequest(flags, presetOf(flags.preset), {
    experiment: 'variance',
    // The first pool is the same in all of them.
    strategies: ['no-drop'],
    domains: await Promise.all([loadTopicSet('shopping'), loadTopicSet('general-knowledge')]),
    settings: { iterations: 0 },
  })
  const { plan } = request
  checkVariancePlan(plan)
  await performLab(request, io, {
    output({ path, runs }, missing, names) {
      const rows = varianceRows(plan, readJudgedPools(path))
      const pools = [...runs.values()].filter(({ kind }) => kind === 'finished').length
      return labOutput(plan, names, {
        title: 'Variance of the measured CTR',
        sections: varianceSections(rows, pools, names),
        results: { pools, missing, rows },
        tables: { 'variance.csv': varianceCsv(rows) },
      })
    },
  })
}
