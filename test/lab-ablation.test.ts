import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { poolItems } from '../src/core/item-pool.ts'
import { randomStream } from '../src/core/random.ts'
import type { LoopSettings } from '../src/core/settings.ts'
import { rated, worstIds } from '../src/core/strategies/rating.ts'
import { ABLATION_ARMS, ABLATION_STRATEGIES } from '../src/lab/experiments/ablation-arms.ts'
import { runCli, temporaryDirectory } from './cli-runner.ts'
import { anyPoolState, anySettings } from './pool-states.ts'

const planned = (key: string, ...[state, settings]: [Parameters<typeof poolItems>[0], LoopSettings]) =>
  ABLATION_STRATEGIES.get(key)!.plan(state, settings, randomStream(1, key))

describe('the arms', () => {
  it('drop the same items, by observed CTR, and ask for as many texts; the control doubles both', () => {
    fc.assert(
      fc.property(anyPoolState, anySettings, (state, settings) => {
        const worst = (count: number) =>
          worstIds(rated(poolItems(state), state, settings), Math.min(count, state.poolIds.length))
        for (const [key, strategy] of ABLATION_STRATEGIES) {
          const { leaving, requests } = planned(key, state, settings)
          const count = strategy.leavesPerIteration(settings)
          if (key !== 'explore-exploit') expect(count).toBe(settings.replacedPerIteration)
          expect(leaving).toEqual(worst(count))
          expect(requests.reduce((sum, request) => sum + request.count, 0)).toBe(count)
        }
      }),
      { seed: 3, numRuns: 100 },
    )
  })

  it('differ in what the prompt holds: the log, the pool, with rates, without, or nothing', () => {
    fc.assert(
      fc.property(anyPoolState, anySettings, (state, settings) => {
        const shown = (key: string) => planned(key, state, settings).requests[0]!.shown
        const ids = (key: string) => shown(key).map(({ itemId }) => itemId)
        const rates = (key: string) => shown(key).map(({ ctr }) => ctr)
        expect(shown('nothing')).toEqual([])
        expect(ids('pool-plain')).toEqual(state.poolIds)
        expect(rates('pool-plain').every((ctr) => ctr === null)).toBe(true)
        expect(state.poolIds).toEqual(expect.arrayContaining(ids('pool-rated')))
        // The same numbers in the same places, on items that may be others.
        expect(rates('shuffled-ctr')).toEqual(rates('full-ctr'))
        expect(ids('shuffled-ctr').toSorted()).toEqual(ids('full-ctr').toSorted())
      }),
      { seed: 3, numRuns: 100 },
    )
  })

  it('are described', () => {
    for (const [key, { strategy, holds }] of ABLATION_ARMS) {
      expect(strategy.key).toBe(key)
      expect(holds).toMatch(/^\S.{8,}$/)
    }
  })
})

it('the ablation of smoke gives the stored results (after a change: npx vitest run test/lab-ablation.test.ts -u)', async () => {
  const out = join(temporaryDirectory(), 'ablation')
  const { code, stdout, stderr } = await runCli(['lab', 'ablation', '--preset', 'smoke', '--out', out])
  expect(code, stderr).toBe(0)
  await expect(stdout).toMatchFileSnapshot('expected/lab-smoke-ablation.txt')
  const rows = readFileSync(join(out, 'ablation.csv'), 'utf8').trim().split('\n')
  expect(rows).toHaveLength(1 + 10 + 9)
  const report = await runCli(['lab', 'report', out])
  expect(report.code, report.stderr).toBe(0)
  const page = readFileSync(join(out, 'report.html'), 'utf8')
  expect(page).toContain('Ablation of the prompt, preset smoke')
  expect(page).toContain('What each part gives')
})

it('runs some arms, with several seeds, on topics and people of one’s own', async () => {
  const out = join(temporaryDirectory(), 'ablation')
  const argv = ['lab', 'ablation', '--topics', 'Drills,Spoons', '--audiences', 'price', '--seeds', '1,2']
  const arms = ['--strategies', 'full-ctr,nothing,shuffled-ctr', '--iterations', '3', '--json']
  const { code, stdout, stderr } = await runCli([...argv, ...arms, '--out', out])
  expect(code, stderr).toBe(0)
  const { contrasts, figures, bySeed } = JSON.parse(stdout)
  expect(contrasts.map(({ one, other }: Record<string, string>) => `${one} ${other}`)).toEqual([
    'full-ctr shuffled-ctr',
  ])
  expect(figures.runs).toBe(2 * 2 * 3)
  expect(bySeed.map(({ last }: { last: number[] }) => last.length)).toEqual([2, 2, 2])
  expect(readFileSync(join(out, 'ablation.md'), 'utf8')).toContain('## By seed')
  const wrong = await runCli(['lab', 'ablation', '--strategies', 'no-drop'])
  expect([wrong.code, wrong.stderr.includes('nothing, pool-plain')], wrong.stderr).toEqual([2, true])
})
