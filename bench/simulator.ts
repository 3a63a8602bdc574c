import { createHash } from 'node:crypto'
import type { VisitPlan } from '../src/simulator/visit-plan.ts'
import type { Bench, BenchReport, CaseReport, Claim } from './harness/bench.ts'
import { fromBuild } from './harness/from-build.ts'
import { type PythonRival, startPythonRival } from './harness/python-rival.ts'
import {
  type Form,
  localForm,
  median,
  type RoundsOptions,
  type RoundTimes,
  reportForms,
  speedRatio,
  timeRounds,
} from './harness/rounds.ts'

/** What is measured: the build's modules, or the sources' in the test. */
export interface SimulatorModules {
  readonly random: Pick<typeof import('../src/core/random.ts'), 'randomStream'>
  readonly visits: typeof import('../src/simulator/simulate-visits.ts')
  readonly counts: typeof import('../src/simulator/slate-counts.ts')
  readonly rates: typeof import('../src/simulator/expected-rates.ts')
}

export interface SimulatorSizes extends RoundsOptions {
  readonly pools: readonly { readonly poolSize: number; readonly interactions: number }[]
  readonly personas: readonly number[]
  /** Visits over which a form's rates are compared with the closed form. */
  readonly checkedVisits: number
}

const FULL: SimulatorSizes = {
  pools: [
    { poolSize: 5, interactions: 5000 },
    { poolSize: 50, interactions: 5000 },
    { poolSize: 50, interactions: 50_000 },
  ],
  personas: [1, 3],
  rounds: 15,
  roundMs: 25,
  checkedVisits: 2_000_000,
}

const OURS = 'forage, item totals'
/** NumPy forms, by the names of their methods in `rivals/simulator.py`. */
const SINGLE_DRAWS = ['vectorised', 'vectorised_listed']
const TABLE_DRAWS = 'vectorised_table'
const COUNTS = 'multinomial'

export const bench: Bench = {
  name: 'simulator',
  question:
    'How long does one whole iteration of the click simulator take, click probabilities worked out anew, beside NumPy? Processor time.',
  async run(log) {
    const modules: SimulatorModules = {
      random: await fromBuild('core/random.js'),
      visits: await fromBuild('simulator/simulate-visits.js'),
      counts: await fromBuild('simulator/slate-counts.js'),
      rates: await fromBuild('simulator/expected-rates.js'),
    }
    const rival = await startPythonRival('simulator.py')
    try {
      return await runSimulatorBench(modules, FULL, rival, log)
    } finally {
      rival.close()
    }
  },
}

/** @param rival absent: no rivals and no claims about them */
export async function runSimulatorBench(
  modules: SimulatorModules,
  sizes: SimulatorSizes,
  rival: (PythonRival & { versions: Record<string, string> }) | undefined,
  log: (line: string) => void,
): Promise<BenchReport> {
  const cases: CaseReport[] = []
  const claims: Claim[] = []
  const measured: { plan: VisitPlan; name: string; ours: number }[] = []
  const hash = createHash('sha256')
  for (const personas of sizes.personas) {
    for (const { poolSize, interactions } of sizes.pools) {
      const name = `N = ${poolSize}, K = 3, S = ${interactions.toLocaleString('en-US')}, ${personas} persona${personas > 1 ? 's' : ''}`
      log(name)
      const plan = planOf(modules, personas, poolSize, interactions)
      const forms = formsOf(modules, plan)
      hash.update(JSON.stringify(forms.map((form) => form.sums(3))))
      if (rival !== undefined) {
        await rival.ask({ command: 'case', name, plan: plainPlan(plan) })
        for (const form of [...SINGLE_DRAWS, TABLE_DRAWS, COUNTS]) forms.push(rivalForm(rival, name, form))
      }
      for (const form of forms) await checkRates(modules, plan, form, sizes.checkedVisits)
      const times = await timeRounds(forms, sizes)
      cases.push({ name, forms: reportForms(forms, times) })
      measured.push({ plan, name, ours: median(times.get(OURS) as readonly number[]) })
      if (rival === undefined) continue
      claims.push(...claimsOf(name, times, poolSize === 5))
    }
  }
  claims.push(...visitClaims(measured))
  return { cases, claims, versions: rival?.versions ?? {}, resultHash: hash.digest('hex').slice(0, 16) }
}

function claimsOf(name: string, times: RoundTimes, isSmallPool: boolean): Claim[] {
  const faster = (than: string, wanted: number, rivals: readonly string[]): Claim => {
    return { text: `${name}: times faster than ${than}`, wanted, ...speedRatio(times, OURS, rivals) }
  }
  if (!isSmallPool) return [faster('the best NumPy form', 2, [...SINGLE_DRAWS, TABLE_DRAWS, COUNTS])]
  return [faster('vectorised single draws', 30, SINGLE_DRAWS), faster('the same counts', 2, [COUNTS])]
}

/**
 * Nanoseconds that one more visit costs in a large pool: between the medians of its smallest and largest S.
 * The rest is paid once an iteration.
 */
function visitClaims(measured: readonly { plan: VisitPlan; name: string; ours: number }[]): Claim[] {
  const large = measured.filter(({ plan }) => plan.poolSize > 5)
  return [...new Set(large.map(({ plan }) => plan.weights.length))].flatMap((personas) => {
    const byVisits = large
      .filter(({ plan }) => plan.weights.length === personas)
      .sort((a, b) => a.plan.interactions - b.plan.interactions)
    const [first, last] = [byVisits[0], byVisits.at(-1)]
    if (first === undefined || last === undefined || first === last) return []
    const got = ((last.ours - first.ours) * 1e6) / (last.plan.interactions - first.plan.interactions)
    return [{ text: `${last.name}: nanoseconds for one more visit`, wanted: 10, atMost: true, got }]
  })
}

/** Counts summed over iterations, by item. */
interface Sums {
  readonly clicks: ArrayLike<number>
  readonly noClickImpressions: ArrayLike<number>
  readonly clicked: number
}

interface CheckedForm extends Form {
  sums(iterations: number): Sums | Promise<Sums>
}

function planOf(
  { random }: SimulatorModules,
  personas: number,
  poolSize: number,
  interactions: number,
): VisitPlan {
  const stream = random.randomStream(1, 'bench', personas, poolSize)
  return {
    relevances: Float64Array.from({ length: personas * poolSize }, () => 1 + 9 * stream.uniform()),
    weights: new Float64Array(personas).fill(1),
    poolSize,
    slateSize: 3,
    interactions,
    choiceTemperature: 1.5,
    noClickScore: 11,
  }
}

function plainPlan(plan: VisitPlan): object {
  return { ...plan, relevances: [...plan.relevances], weights: [...plan.weights], seed: 1 }
}

function formsOf({ random, visits, counts }: SimulatorModules, plan: VisitPlan): CheckedForm[] {
  const drawTotals = (stream: ReturnType<typeof random.randomStream>) =>
    visits.simulateItemTotals(plan, stream)
  const drawSlates = (stream: ReturnType<typeof random.randomStream>) => {
    return counts.itemTotals(visits.simulateVisits(plan, stream), plan.poolSize)
  }
  return [[OURS, drawTotals] as const, ['forage, slates summed by item', drawSlates] as const].map(
    ([name, draw]) => {
      const stream = random.randomStream(2, name)
      return {
        ...localForm(name, () => draw(stream)),
        sums(iterations) {
          const clicks = new Array<number>(plan.poolSize).fill(0)
          const noClickImpressions = new Array<number>(plan.poolSize).fill(0)
          let clicked = 0
          for (let iteration = 0; iteration < iterations; iteration++) {
            const totals = draw(stream)
            for (let item = 0; item < plan.poolSize; item++) {
              clicks[item] = (clicks[item] as number) + (totals.clicks[item] as number)
              noClickImpressions[item] =
                (noClickImpressions[item] as number) + (totals.noClickImpressions[item] as number)
            }
            clicked += totals.clicked
          }
          return { clicks, noClickImpressions, clicked }
        },
      }
    },
  )
}

function rivalForm(rival: PythonRival, name: string, form: string): CheckedForm {
  return {
    name: form,
    isRival: true,
    sums: (repeats) => rival.ask<Sums>({ command: 'sums', name, form, repeats }),
    async time(repeats) {
      const { milliseconds } = await rival.ask<{ milliseconds: number }>({
        command: 'time',
        name,
        form,
        repeats,
      })
      return milliseconds
    },
  }
}

/** @throws Error when a form's rates lie five standard errors or more from the closed form: it must not be timed */
async function checkRates(
  { rates }: SimulatorModules,
  plan: VisitPlan,
  form: CheckedForm,
  checkedVisits: number,
): Promise<void> {
  const truth = rates.expectedRates(plan)
  const iterations = Math.ceil(checkedVisits / plan.interactions)
  const visits = iterations * plan.interactions
  const sums = await form.sums(iterations)
  const shown = plan.slateSize / plan.poolSize
  const check = (what: string, count: number, chance: number) => {
    const score = (count - visits * chance) / Math.sqrt(visits * chance * (1 - chance))
    if (!(Math.abs(score) < 5)) {
      throw new Error(
        `${form.name}: ${what} is ${count} of ${visits} visits, ${score.toFixed(1)} standard errors off`,
      )
    }
  }
  check('clicked', sums.clicked, truth.poolCtr)
  for (let item = 0; item < plan.poolSize; item++) {
    check(`clicks on item ${item}`, sums.clicks[item] as number, shown * (truth.itemCtrs[item] as number))
    check(
      `no-click impressions of item ${item}`,
      sums.noClickImpressions[item] as number,
      shown * (truth.itemNoClickRates[item] as number),
    )
  }
}
