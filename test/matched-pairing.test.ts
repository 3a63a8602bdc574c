import { readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { grammarWriter } from '../src/adapters/writer/grammar.ts'
import { fullCtr } from '../src/core/strategies/full-ctr.ts'
import { STRATEGIES } from '../src/core/strategies/index.ts'
import { checkPairing } from '../src/core/strategies/pairing.ts'
import type { Strategy } from '../src/core/strategies/strategy.ts'
import { scorerFrom } from '../src/library/own-parts.ts'
import { run } from '../src/library/run.ts'
import { modelsDirectory } from '../src/models/cache-directory.ts'
import { simulatedAudience } from '../src/simulator/audience.ts'
import { requiredModel } from '../src/testing/installed-models.ts'
import { runCli, smallRun, temporaryDirectory } from './cli-runner.ts'

/** Chooses, so it says, by the encoder that the scorer `embedding` rests on. */
const surrogate: Strategy = { ...fullCtr, key: 'surrogate', surrogateEncoder: 'minilm' }

const known = STRATEGIES as Map<string, Strategy>
beforeAll(() => known.set(surrogate.key, surrogate))
afterAll(() => known.delete(surrogate.key))

const asked = { isAllowed: false, field: 'strategy', advice: 'set allowMatched' }

describe('a pairing', () => {
  it('is matched when strategy and audience rest on one encoder, and refused unless it is asked for', () => {
    expect(checkPairing(fullCtr, 'minilm', asked)).toBe(false)
    expect(checkPairing(surrogate, 'other', asked)).toBe(false)
    expect(checkPairing(surrogate, undefined, asked)).toBe(false)
    expect(() => checkPairing(surrogate, 'minilm', asked)).toThrow(/encoder minilm.*set allowMatched/)
    expect(checkPairing(surrogate, 'minilm', { ...asked, isAllowed: true })).toBe(true)
  })

  it('of a built-in strategy is never matched: none has a surrogate yet', () => {
    for (const strategy of [...STRATEGIES.values()].filter((one) => one !== surrogate)) {
      expect(strategy.surrogateEncoder).toBeUndefined()
    }
  })
})

describe('the library', () => {
  const scorer = scorerFrom('mine', ({ text }) => 1 + (text.length % 10), { encoder: 'minilm' })
  const persona = { key: 'all', name: 'All', description: 'Everybody.', examples: [] }
  const population = { personas: [{ persona, weight: 1 }], choiceTemperature: 1.5, noClickScore: 11 }
  const options = () => ({
    task: 'shopping-question',
    topic: 'Rice Cookers',
    writer: grammarWriter(),
    audience: simulatedAudience({ population, scorer }),
    settings: { iterations: 1 },
  })

  it('refuses it before anything is written', async () => {
    await expect(run({ ...options(), strategy: surrogate }).next()).rejects.toThrow('labelled matched')
    expect((await run(options()).next()).value).not.toHaveProperty('isMatched')
  })

  it('labels it when it is allowed', async () => {
    const started = await run({ ...options(), strategy: surrogate, allowMatched: true }).next()
    expect(started.value).toMatchObject({ kind: 'run-started', isMatched: true })
  })
})

describe('the command line', () => {
  const home = temporaryDirectory()
  const env = { FORAGE_HOME: home }
  beforeAll(async () => {
    await requiredModel('minilm')
    // The pulled models, but answers are kept elsewhere.
    symlinkSync(modelsDirectory(process.env.FORAGE_HOME), join(home, 'models'))
  })
  const embedding = ['--scorer', 'embedding']
  const labelled = /\(matched\)/

  it('refuses it in a run and in the lab, and leaves nothing behind', async () => {
    const out = join(temporaryDirectory(), 'none')
    const argv = smallRun(out, '--strategy', 'surrogate').map((one) => (one === 'words' ? 'embedding' : one))
    const ran = await runCli(argv, { env })
    expect([ran.code, ran.stdout], ran.stderr).toEqual([2, ''])
    expect(ran.stderr).toContain('give --allow-matched')
    const lab = await runCli(['lab', 'table5', '--strategies', 'surrogate', ...embedding, '--out', out], {
      env,
    })
    expect([lab.code, lab.stdout], lab.stderr).toEqual([2, ''])
    expect(lab.stderr).toContain('--strategies: "surrogate"')
    expect(readdirSync(join(out, '..'))).toEqual([])
  })

  it('labels every figure of a run that asks for it', async () => {
    const out = join(temporaryDirectory(), 'run')
    const argv = smallRun(out, '--strategy', 'surrogate', '--allow-matched')
    const flags = argv.map((one) => (one === 'words' ? 'embedding' : one))
    const { code, stdout, stderr } = await runCli(flags, { env })
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('Matched: the strategy chooses by the same encoder')
    expect(stderr).toContain('matched pool CTR')
    expect(stdout.match(/pool CTR [\d.]+ % \(matched\)/g)).toHaveLength(2)
    expect(stdout).toContain('matched gain')
    expect(JSON.parse(readFileSync(join(out, 'config.json'), 'utf8')).isMatched).toBe(true)
    const page = readFileSync(join(out, 'report.html'), 'utf8')
    expect(page.match(/<h2[^>]*>[^<]*/g)?.every((heading) => labelled.test(heading))).toBe(true)
    const json = await runCli([...flags, '--json'], { env })
    for (const line of json.stdout
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text))) {
      expect((line.summary ?? line).isMatched).toBe(true)
    }
    // Without the flag the same directory is another run's.
    expect(
      (
        await runCli(
          flags.filter((flag) => flag !== '--allow-matched'),
          { env },
        )
      ).code,
    ).toBe(2)
  })

  it('labels every figure of an experiment that asks for it, and only those of that strategy', async () => {
    const out = join(temporaryDirectory(), 'lab')
    const few = ['--topics', 'Drills,Spoons', '--audiences', 'price', '--iterations', '1', '--out', out]
    const argv = ['lab', 'table5', '--strategies', 'partial-ctr,surrogate', ...embedding, ...few]
    const { code, stdout, stderr } = await runCli([...argv, '--allow-matched'], { env })
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('Table 5 (matched)')
    expect(stdout).toMatch(/^population +partial-ctr +surrogate \(matched\)$/m)
    expect(stdout).not.toContain('partial-ctr (matched)')
    for (const name of ['table5.md', 'table5.csv', 'curves.csv']) {
      expect(readFileSync(join(out, name), 'utf8'), name).toContain('surrogate (matched)')
    }
    expect(JSON.parse(readFileSync(join(out, 'table5.json'), 'utf8')).matched).toEqual(['surrogate'])
    const report = await runCli(['lab', 'report', out])
    expect(report.code, report.stderr).toBe(0)
    const page = readFileSync(join(out, 'report.html'), 'utf8')
    expect([...page.matchAll(/Matched: the strategy chooses/g)].length).toBeGreaterThan(0)
    // No name of it alone in a legend, a table or a title of a pool, and none cut off at the end of a line.
    expect(page.match(/surrogate(<| <|, iteration|:)/g)).toBeNull()
    expect(page.match(/\(matche?…/g)).toBeNull()
  })
})
