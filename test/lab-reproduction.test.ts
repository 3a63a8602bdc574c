import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { reproductionText } from '../src/cli/lab-reproduction.ts'
import { runCli, temporaryDirectory } from './cli-runner.ts'
import { type FixtureExperiment, writeFixtureExperiment } from './lab-report-fixture.ts'

/** From the lowest to the highest, as in the paper before quality and ethics. */
const PAPER_ORDER = ['random-ctr', 'no-drop', 'partial-ctr', 'full-ctr', 'explore-exploit']

/** Later strategies rise faster in these made-up runs. */
async function told(...experiments: FixtureExperiment[]): Promise<string> {
  const directory = temporaryDirectory()
  for (const [index, options] of experiments.entries()) {
    writeFixtureExperiment(join(directory, String(index)), options)
  }
  return reproductionText([directory], join(directory, 'reproduction.md'))
}

it('docs/reproduction.md is what the command makes of the stored runs (after a change: npx vitest run test/lab-reproduction.test.ts -u)', async () => {
  const out = 'docs/reproduction.md'
  const path = join(fileURLToPath(new URL('..', import.meta.url)), out)
  await expect(await reproductionText(['docs/reproduction'], out)).toMatchFileSnapshot(path)
})

describe('the words follow from the runs', () => {
  it('that have the paper’s order', async () => {
    const text = await told({ strategies: PAPER_ORDER, audiences: ['quality', 'ethics'] })
    expect(text).toContain('of 20 pairs that the paper tells apart')
    expect(text).toContain('none is clearly the other way round')
    expect(text).toMatch(/## Reproduced\n\nThe whole[^#]*- explore-exploit above full-ctr/)
    expect(text).toContain('not settled, for want of the length test')
    expect(text).toContain('The writer** is `made-up`')
    expect(text).not.toContain('sentence encoder')
    expect(text).not.toContain('texts to continue')
  })

  it('that have it the other way round', async () => {
    const text = await told({ strategies: PAPER_ORDER.toReversed(), audiences: ['quality'] })
    expect(text).toMatch(/## Not reproduced\n\nThe whole[^#]*- explore-exploit above full-ctr/)
    expect(text).toMatch(
      /`quality`: `partial-ctr` ends [\d.]+ points .* above `full-ctr`; in the paper it ends 3\.1 below\. This is clear over 3 topics/,
    )
    expect(text).toContain('In the paper too the two are as good as equal.')
    expect(text).not.toContain('The paper’s whole order is there')
  })

  it('that are few: one topic gives no interval and decides nothing', async () => {
    const text = await told({ topics: ['Drills'], audiences: ['price', 'mine'] })
    expect(text).toContain('## Reproduced\n\nNothing.')
    expect(text).toContain('1 of 50 shopping topics')
    // A population that is not the paper's has no order to compare.
    expect(text).not.toMatch(/^\| mine/m)
  })

  it('of the length test', async () => {
    const length = { experiment: 'length', audiences: ['words'], iterations: 3 }
    const uses = await told({}, { ...length, strategies: ['random-ctr', 'partial-ctr', 'full-ctr'] })
    expect(uses).toContain('in the length test yes for `words`')
    expect(uses).toContain('`words`: the writer uses the rates: `full-ctr` ends')
    const harmed = await told({}, { ...length, strategies: ['full-ctr', 'partial-ctr', 'random-ctr'] })
    expect(harmed).toContain('no, to the contrary for `words`')
    const unclear = await told({}, { ...length, strategies: ['full-ctr', 'partial-ctr'], topics: ['Drills'] })
    expect(unclear).toContain('not shown for `words`')
    expect(unclear).toContain('do not show that the writer uses the rates')
  })

  it('that are not whole', async () => {
    const text = await told({ runsMax: 8, failedAt: 6 })
    expect(text).toContain('Not whole: 7 runs still to be made, 1 run without a result')
    expect(await told({ runsMax: 0 })).toContain('no case of it is finished')
  })

  it('and of the ablation and the sensitivity, where they are there', async () => {
    const directory = temporaryDirectory()
    const few = ['--topics', 'Drills,Spoons', '--audiences', 'price', '--iterations', '2']
    for (const [name, ...flags] of [
      ['ablation', '--strategies', 'full-ctr,nothing'],
      ['sensitivity', '--vary', 'T'],
    ]) {
      const { code, stderr } = await runCli(['lab', name!, ...few, ...flags, '--out', join(directory, name!)])
      expect(code, stderr).toBe(0)
    }
    const { code, stdout, stderr } = await runCli(['lab', 'reproduction', directory])
    expect(code, stderr).toBe(0)
    const text = readFileSync(stdout.trim(), 'utf8')
    expect(text).toContain('The main experiment is not among them')
    expect(text).toContain('What each part of the prompt gives')
    expect(text).toContain('## Do the settings matter?')
  })

  it('names of a user’s own stay text', async () => {
    const text = await told({ audiences: ['price', '`<b>`|x'], writer: '<img src=x>' })
    expect(text).not.toMatch(/(?<![\\`])<(b|img)/)
  })
})

describe('what is refused', () => {
  it.each([
    ['nothing there', () => join(temporaryDirectory(), 'none'), 'is not there'],
    ['no experiment', temporaryDirectory, 'holds no config.json'],
    [
      'another kind of file',
      () => {
        const directory = join(temporaryDirectory(), 'other')
        mkdirSync(directory)
        writeFileSync(join(directory, 'config.json'), '{}')
        return directory
      },
      'holds no experiment',
    ],
  ])('%s', async (_, make, part) => {
    const { code, stdout, stderr } = await runCli(['lab', 'reproduction', make()])
    expect([code, stdout], stderr).toEqual([2, ''])
    expect(stderr).toContain(part)
  })

  it('a document of another ending', async () => {
    const { code, stderr } = await runCli(['lab', 'reproduction', 'docs/reproduction', '--out', 'x.html'])
    expect([code, stderr.includes('.md')]).toEqual([2, true])
  })
})
