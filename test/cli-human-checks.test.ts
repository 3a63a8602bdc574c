import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { randomStream } from '../src/core/random.ts'
import type { AgreementReport } from '../src/lab/human-checks/agreement-report.ts'
import type { Check } from '../src/lab/human-checks/check.ts'
import { csvText, parsedCsv } from '../src/lab/human-checks/csv.ts'
import { changed, runCli, smallRun, temporaryDirectory } from './cli-runner.ts'

const directory = temporaryDirectory()
const runs = join(directory, 'runs')
const sheetPath = join(directory, 'pairs.csv')
const keyPath = join(directory, 'pairs.key.json')
const PAIRS = 300

/** Runs of three topics and two personas, then one draw that the tests answer. */
beforeAll(async () => {
  for (const topic of ['Rice Cookers', 'Vacuums', 'Telescopes']) {
    for (const audience of ['price', 'quality']) {
      const change = {
        '--topic': topic,
        '--audience': audience,
        '--iterations': '8',
        '--interactions': '200',
      }
      const { code, stderr } = await runCli(changed(smallRun(join(runs, topic, audience)), change))
      expect(code, stderr).toBe(0)
    }
  }
  const { code, stdout, stderr } = await draw('--out', sheetPath, '--count', String(PAIRS))
  expect(code, stderr).toBe(0)
  expect(stdout).toContain(`${sheetPath}: ${PAIRS} question pairs and 6 pool comparisons`)
  expect(stdout).toContain(keyPath)
})

const draw = (...flags: string[]) => runCli(['lab', 'pairs', runs, '--difference-min', '0', ...flags])
const read = (path: string) => readFileSync(path, 'utf8')
const key = () => (JSON.parse(read(keyPath)) as { checks: Check[] }).checks
const trueSide = (check: Check) => (check.kind === 'question-pair' ? check.higher : check.last)

/** A person who tells the truth but for a share of the checks, and leaves another share out. */
function simulated(name: string, errorRate: number, missingRate = 0): string[][] {
  const random = randomStream(20261125, 'annotator', name)
  return key().map((check) => {
    const isWrong = random.uniform() < errorRate
    const side = (trueSide(check) === 'left') === isWrong ? 'right' : 'left'
    return [check.id, name, random.uniform() < missingRate ? '' : side]
  })
}

function answerFile(...people: string[][][]): string {
  const path = join(temporaryDirectory(), 'answers.csv')
  writeFileSync(path, csvText([['id', 'annotator', 'choice'], ...people.flat()]))
  return path
}

const agreement = (...more: string[]) => runCli(['lab', 'agreement', '--key', keyPath, ...more])

async function figures(...paths: string[]): Promise<AgreementReport> {
  const { code, stdout, stderr } = await agreement('--json', ...paths)
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as AgreementReport
}

describe('docs/human-checks.md', () => {
  it('shows the help as it is (after a change: npx vitest run test/cli-human-checks.test.ts -u)', async () => {
    const path = fileURLToPath(new URL('../docs/human-checks.md', import.meta.url))
    let text = read(path)
    const blocks = [...text.matchAll(/^```text\n\$ forage (.*--help)\n[^`]*^```$/gm)]
    expect(blocks.map(([, command]) => command)).toEqual(['lab pairs --help', 'lab agreement --help'])
    for (const [block, command = ''] of blocks) {
      const { code, stdout } = await runCli(command.split(' '))
      expect(code).toBe(0)
      text = text.replace(block, () => `\`\`\`text\n$ forage ${command}\n${stdout.trimEnd()}\n\`\`\``)
    }
    await expect(text).toMatchFileSnapshot(path)
  })
})

describe('forage lab pairs', () => {
  it('tells annotators nothing but what they judge', () => {
    const [header, ...rows] = parsedCsv(read(sheetPath), ',', 'pairs.csv')
    expect(header?.fields).toEqual([
      'id',
      'question',
      'topic',
      'people',
      'left',
      'right',
      'choice',
      'annotator',
    ])
    expect(rows).toHaveLength(PAIRS + 6)
    for (const { fields } of rows) expect(fields.slice(-2)).toEqual(['', ''])
    expect(read(sheetPath)).not.toMatch(/relevance|score|explore|exploit|seed|IP_|iteration|grammar|\d\.\d/i)
  })

  it('shows each check as the key has it', () => {
    const rows = parsedCsv(read(sheetPath), ',', 'pairs.csv').slice(1)
    for (const [index, check] of key().entries()) {
      const [id, , topic, people, left, right] = rows[index]!.fields
      expect([id, topic, people]).toEqual([check.id, check.topic, check.people])
      if (check.kind === 'question-pair') expect([left, right]).toEqual([check.left.text, check.right.text])
      else expect(left).toBe(check.left.texts.map((text, place) => `${place + 1}. ${text}`).join('\n'))
    }
  })

  it('draws the same with the same seed, and as JSON the same checks', async () => {
    const files = temporaryDirectory()
    for (const name of ['again.csv', 'again.json']) {
      const count = ['--count', String(PAIRS)]
      const one = ['--out', join(files, name), '--key', join(files, `${name}.key.json`)]
      expect((await draw(...one, ...count)).code).toBe(0)
      expect(read(join(files, `${name}.key.json`))).toBe(read(keyPath))
    }
    expect(read(join(files, 'again.csv'))).toBe(read(sheetPath))
    const sheet = JSON.parse(read(join(files, 'again.json'))) as { annotator: string; checks: object[] }
    expect(sheet.annotator).toBe('')
    expect(sheet.checks).toHaveLength(PAIRS + 6)
    expect(Object.keys(sheet.checks[0]!)).toEqual([
      'id',
      'question',
      'topic',
      'people',
      'left',
      'right',
      'choice',
    ])
    await draw('--out', join(files, 'other.csv'), '--seed', '2')
    expect(read(join(files, 'other.key.json'))).not.toBe(read(keyPath))
  })

  it('draws what there is, and says what is missing and why', async () => {
    const { code, stderr } = await draw('--out', join(temporaryDirectory(), 'a.csv'), '--count', '10000')
    expect(code).toBe(0)
    expect(stderr).toMatch(/Question pairs: \d+ of the 10000 asked for/)
    expect(stderr).toContain('Pool comparisons: 6 of the 25 asked for')
    expect(stderr).toContain('by a stand-in, not by a language model')
  })

  it('draws from the results of an experiment', async () => {
    const results = join(temporaryDirectory(), 'results')
    const flags = ['--topics', 'shopping', '--topics-max', '2', '--iterations', '4', '--out', results]
    const made = await runCli(['lab', 'table5', ...flags])
    expect(made.code, made.stderr).toBe(0)
    const out = join(results, 'checks', 'pairs.csv')
    const { code, stdout, stderr } = await runCli(['lab', 'pairs', results, '--out', out, '--count', '50'])
    expect(code, stderr).toBe(0)
    // Two topics before five personas and their mixture.
    expect(stdout).toContain('50 question pairs and 12 pool comparisons')
    const { checks } = JSON.parse(read(join(results, 'checks', 'pairs.key.json'))) as { checks: Check[] }
    const cells = checks.filter(({ kind }) => kind === 'question-pair').map((one) => one.topic + one.people)
    expect(new Set(cells).size).toBe(10)
    for (const cell of cells) expect(cells.filter((one) => one === cell)).toHaveLength(5)
  })

  it('leaves out a run that has not finished', async () => {
    const one = join(temporaryDirectory(), 'run')
    await runCli(smallRun(one))
    const events = join(one, 'events.jsonl')
    truncateSync(events, read(events).indexOf('{"kind":"run-finished"'))
    const { code, stderr } = await runCli(['lab', 'pairs', one, '--out', join(one, 'a.csv')])
    expect(code).toBe(2)
    expect(stderr).toContain(`${one}: the run has not finished`)
    expect(existsSync(join(one, 'a.csv'))).toBe(false)
  })

  it('never writes over a sheet or a key that is there', async () => {
    const before = [read(sheetPath), read(keyPath)]
    const { code, stderr } = await draw('--out', sheetPath)
    expect(code).toBe(2)
    expect(stderr).toContain('is there already and may hold answers')
    const other = join(temporaryDirectory(), 'new.csv')
    expect((await draw('--out', other, '--key', keyPath)).code).toBe(2)
    expect(existsSync(other)).toBe(false)
    expect([read(sheetPath), read(keyPath)]).toEqual(before)
  })

  it.each([
    [['--count', '-1'], '--count: "-1": give a whole number from 0 to 10000'],
    [['--count', '1.5'], '--count: "1.5"'],
    [['--count', '0', '--comparisons', '0'], '--count: 0'],
    [['--seed', 'x'], '--seed: "x"'],
    [['--strategy', 'best'], '--strategy: "best": give one of explore-exploit'],
    [['--out', 'pairs.xlsx'], '--out: "pairs.xlsx": give a file that ends in .csv or .json'],
    [['--out', 'a.json', '--key', 'a.json'], '--key: "a.json"'],
    [['--difference-min', '10'], 'twice'],
  ])('%j ends with exit code 2 and says why', async (flags, message) => {
    const { code, stdout, stderr } = await draw(...flags)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(message)
  })

  it('wants directories that hold runs', async () => {
    for (const path of [join(directory, 'nothing'), temporaryDirectory(), sheetPath]) {
      const { code, stderr } = await runCli(['lab', 'pairs', path])
      expect(code).toBe(2)
      expect(stderr).toContain('give one that forage run wrote')
    }
  })
})

describe('forage lab agreement', () => {
  it('reports the truth about simulated annotators, within chance', async () => {
    const report = await figures(answerFile(simulated('ann', 0.1), simulated('ben', 0.25)))
    // Both right, or both wrong.
    const bothRight = 0.9 * 0.75
    const agree = bothRight + 0.1 * 0.25
    const reach = (p: number, n: number) => 4 * Math.sqrt((p * (1 - p)) / n)
    const { agreed, scorerRight, agreement: figuresOfPairs, checks } = report.questionPairs
    expect(checks).toBe(PAIRS)
    expect(agreed.trials).toBe(PAIRS)
    expect(Math.abs(agreed.share! - agree)).toBeLessThan(reach(agree, PAIRS))
    // Sides are drawn by lot, so chance agrees on half: kappa and alpha are 2 share - 1.
    for (const figure of [figuresOfPairs.cohenKappa, figuresOfPairs.krippendorffAlpha]) {
      expect(Math.abs(figure! - (2 * agree - 1))).toBeLessThan(2 * reach(agree, PAIRS))
    }
    expect(scorerRight.trials).toBe(agreed.successes)
    const right = bothRight / agree
    expect(Math.abs(scorerRight.share! - right)).toBeLessThan(reach(right, scorerRight.trials))
    expect(scorerRight.interval![0]).toBeLessThan(scorerRight.share!)
    expect(scorerRight.interval![1]).toBeGreaterThan(scorerRight.share!)
  })

  it('people who answer by lot agree by chance only, and know nothing of the scorer', async () => {
    const report = await figures(
      answerFile(simulated('cat', 0.5), simulated('dan', 0.5), simulated('eve', 0.5)),
    )
    const { agreement: pairs, agreed, scorerRight } = report.questionPairs
    expect(Math.abs(pairs.krippendorffAlpha!)).toBeLessThan(4 / Math.sqrt(PAIRS * 3))
    expect(Math.abs(pairs.cohenKappa!)).toBeLessThan(4 / Math.sqrt(PAIRS * 3))
    // All three agree on a quarter.
    expect(Math.abs(agreed.share! - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / PAIRS))
    expect(scorerRight.interval![0]).toBeLessThan(0.5)
    expect(scorerRight.interval![1]).toBeGreaterThan(0.5)
  })

  it('without errors all is certain: kappa 1, alpha 1, six of six, p = 2 / 64', async () => {
    const report = await figures(answerFile(simulated('ann', 0)), answerFile(simulated('ben', 0)))
    const { questionPairs, poolComparisons } = report
    expect(questionPairs.agreement).toMatchObject({ share: 1, cohenKappa: 1, krippendorffAlpha: 1 })
    expect(questionPairs.scorerRight).toMatchObject({ successes: PAIRS, trials: PAIRS, share: 1 })
    expect(poolComparisons.lastPreferred).toMatchObject({ successes: 6, trials: 6 })
    expect(poolComparisons.lastPreferred.interval![0]).toBeCloseTo(0.025 ** (1 / 6), 9)
    expect(poolComparisons.pValue).toBeCloseTo(1 / 32, 12)
    expect(poolComparisons.lastIteration).toBe(8)
  })

  it('counts what nobody answered, and takes the majority of three on pools', async () => {
    const people = [simulated('ann', 0), simulated('ben', 0), simulated('cat', 1, 0.3)]
    const report = await figures(answerFile(...people))
    expect(report.annotators.map(({ name }) => name)).toEqual(['ann', 'ben', 'cat'])
    const missing = people[2]!.filter(([, , choice]) => choice === '').map(([id]) => id)
    expect(missing.length).toBeGreaterThan(50)
    expect(report.annotators[2]).toEqual({ name: 'cat', answered: PAIRS + 6 - missing.length, missing })
    const missingPairs = missing.filter((id) => id?.startsWith('pair-')).length
    // They agree only where the third, always wrong, said nothing.
    expect(report.questionPairs.agreed).toMatchObject({ successes: missingPairs, trials: PAIRS })
    expect(report.poolComparisons.lastPreferred).toMatchObject({ successes: 6, trials: 6 })
  })

  it('two against each other leave no majority, and no p', async () => {
    const report = await figures(answerFile(simulated('ann', 0), simulated('ben', 1)))
    expect(report.poolComparisons).toMatchObject({ split: 6, lastPreferred: { successes: 0, trials: 0 } })
    expect(report.poolComparisons.pValue).toBeUndefined()
    expect(report.questionPairs.agreement.cohenKappa).toBeLessThan(-0.95)
  })

  it('prints the figures beside those of the paper', async () => {
    const { code, stdout, stderr } = await agreement(
      answerFile(simulated('ann', 0), simulated('ben', 0, 0.1)),
    )
    expect(code).toBe(0)
    expect(stderr).toBe('')
    for (const figure of [
      '70.2 % (132 of 188)',
      '77.3 % (102 of 132)',
      '88.0 % (22 of 25)',
      '68.8 % to 97.5 %',
    ])
      expect(stdout).toContain(figure)
    expect(stdout).toMatch(/IP_8 preferred to IP_0 .*100\.0 %/)
    expect(stdout).toMatch(/Cohen's kappa .*1\.000.*not given/)
    expect(stdout).toContain("Scores: words. The paper's: a language model.")
    expect(stdout).toContain(`ann: all ${PAIRS + 6} answered.`)
    expect(stdout).toMatch(/ben: \d+ answered, \d+ not: pair-.*, and \d+ more\./)
  })

  it('says when kappa and alpha are not defined', async () => {
    const always = (name: string) => key().map(({ id }) => [id, name, 'left'])
    const { stdout } = await agreement(answerFile(always('ann'), always('ben')))
    expect(stdout).toMatch(/Cohen's kappa .*not defined/)
    expect(stdout).toContain('Question pairs: all answers are the same side')
  })

  it('reads the sheet itself, filled in by a spreadsheet with semicolons, one file a person', async () => {
    const files = temporaryDirectory()
    const rows = parsedCsv(read(sheetPath), ',', 'pairs.csv')
    const paths = ['Ann', 'Ben'].map((name) => {
      const choices = key().map(trueSide)
      const filled = rows.map(({ fields }, index) =>
        index === 0 ? fields : [...fields.slice(0, 6), choices[index - 1]!.toUpperCase(), ''],
      )
      const path = join(files, `${name}.csv`)
      const quoted = filled.map((fields) =>
        fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(';'),
      )
      writeFileSync(path, `${quoted.join('\r\n')}\r\n`)
      return path
    })
    const report = await figures(...paths)
    expect(report.annotators.map(({ name, answered }) => [name, answered])).toEqual([
      ['Ann', PAIRS + 6],
      ['Ben', PAIRS + 6],
    ])
    expect(report.questionPairs.scorerRight.share).toBe(1)
  })

  it.each([
    ['pair-999-000000,ann,left', 'line 2, id: "pair-999-000000": the key has no such check'],
    ['PAIR,ann,up', 'line 2, choice: "up": give left or right'],
    ['PAIR,ann,left\nPAIR,ann,right', 'line 3, id: "PAIR": ann has answered it already'],
    ['PAIR,ann,left', 'answers of 1; give those of 2 to 100 people'],
  ])('refuses %j', async (rows, message) => {
    const { id } = key()[0]!
    const path = join(temporaryDirectory(), 'a.csv')
    writeFileSync(path, `id,annotator,choice\n${rows.replaceAll('PAIR', id)}\n`)
    const { code, stdout, stderr } = await agreement(path)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(message.replaceAll('PAIR', id))
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  it('refuses a key that is none, or was changed', async () => {
    const path = join(temporaryDirectory(), 'key.json')
    const answers = answerFile(simulated('ann', 0), simulated('ben', 0))
    const whole = JSON.parse(read(keyPath)) as { checks: { higher: string; id: string }[] }
    const cases: [unknown, string][] = [
      [{}, 'key.json: format: nothing given: give the key file that forage lab pairs wrote'],
      [{ ...whole, version: 2 }, 'key.json: version: 2: this Forage reads version 1'],
      [{ ...whole, checks: [] }, 'key.json: checks: []: give at least one check'],
      [{ ...whole, checks: [whole.checks[0], whole.checks[0]] }, 'checks[1].id'],
      [
        {
          ...whole,
          checks: [{ ...whole.checks[0], higher: whole.checks[0]!.higher === 'left' ? 'right' : 'left' }],
        },
        'checks[0].higher',
      ],
    ]
    for (const [value, message] of cases) {
      writeFileSync(path, JSON.stringify(value))
      const { code, stderr } = await runCli(['lab', 'agreement', '--key', path, answers])
      expect(code).toBe(2)
      expect(stderr).toContain(message)
    }
    rmSync(path)
    expect((await runCli(['lab', 'agreement', '--key', path, answers])).stderr).toContain('it is not there')
  })

  it('wants a key and answers', async () => {
    expect((await runCli(['lab', 'agreement', sheetPath])).code).toBe(2)
    expect((await agreement()).code).toBe(2)
  })
})
