import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Encoder } from '../../ports/encoder.ts'
import { encoderConformance } from '../../testing/encoder-conformance.ts'
import { requiredMinilm, requiredModel } from '../../testing/installed-models.ts'
import { minilmEncoder } from './minilm.ts'

encoderConformance('minilm', requiredMinilm)

describe('meaning', () => {
  let encoder: Encoder
  beforeAll(async () => {
    encoder = await requiredMinilm()
  })
  afterAll(() => encoder.close())

  const likeness = async (one: string, other: string) => {
    const [a, b] = (await encoder.embed([one, other])) as [Float32Array, Float32Array]
    return a.reduce((sum, value, index) => sum + value * (b[index] as number), 0)
  }

  test('the same question in other words is nearer than another question', async () => {
    const same = await likeness('How much does a vacuum cost?', 'What is the price of a vacuum?')
    const other = await likeness('How much does a vacuum cost?', 'Does a vacuum pick up pet hair?')
    expect(same).toBeGreaterThan(0.8)
    expect(other).toBeLessThan(0.7)
  })

  test('only the first 256 tokens of a long text count', async () => {
    const long = 'word '.repeat(300)
    const [one, other, short] = await encoder.embed([`${long}price`, `${long}history`, 'word '.repeat(100)])
    expect(one).toEqual(other)
    expect(one).not.toEqual(short)
  })
})

test('a second encoder gives the same bytes', async () => {
  const [one, other] = [await requiredMinilm(), await requiredMinilm()]
  expect(await one.embed(['Is it durable?'])).toEqual(await other.embed(['Is it durable?']))
  await Promise.all([one.close(), other.close()])
})

test('the runtime keeps and sends nothing about its use', async () => {
  const { mainPath, paths } = await requiredModel('minilm')
  const files = { modelPath: mainPath, tokenizerPath: paths['tokenizer.json'] }
  const directory = await mkdtemp(join(tmpdir(), 'forage-encoder-'))
  try {
    const module = JSON.stringify(new URL('./minilm.ts', import.meta.url).href)
    const program = `const { minilmEncoder } = await import(${module})
      const encoder = minilmEncoder(${JSON.stringify(files)})
      console.log((await encoder.embed(['Is it durable?']))[0].length)
      await encoder.close()`
    const { PATH } = process.env
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', program],
      // What it kept before it was turned off: a data base in the cache directory, logs in that of temporary files.
      { env: { PATH, HOME: directory, XDG_CACHE_HOME: directory, TMPDIR: directory } },
    )
    expect(stdout.trim()).toBe('384')
    expect((await readdir(directory)).filter((name) => !name.startsWith('tsx-'))).toEqual([])
  } finally {
    await rm(directory, { recursive: true })
  }
})

describe('files that are not what they should be', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'forage-encoder-'))
    await writeFile(join(directory, 'not-a-model'), '<html>not found</html>')
    await writeFile(join(directory, 'empty'), '')
    await writeFile(join(directory, 'other.json'), '{"model": {"type": "BPE"}}')
  })
  afterAll(() => rm(directory, { recursive: true }))

  test.each([
    ['not-a-model', undefined, /not-a-model is not an ONNX model; run `npx forage models verify`/],
    ['empty', undefined, /empty is not an ONNX model/],
    ['missing', undefined, /cannot read the model .*missing \(ENOENT\); run `npx forage models pull minilm`/],
    [undefined, 'not-a-model', /not-a-model is not a BERT tokenizer\.json/],
    [undefined, 'other.json', /other\.json is not a BERT tokenizer\.json/],
    [undefined, 'missing', /cannot read the tokenizer/],
  ])('model %s, tokenizer %s: one clear error', async (model, tokenizer, message) => {
    const good = await requiredModel('minilm')
    const encoder = minilmEncoder({
      modelPath: model === undefined ? good.mainPath : join(directory, model),
      tokenizerPath:
        tokenizer === undefined ? (good.paths['tokenizer.json'] as string) : join(directory, tokenizer),
    })
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(encoder.embed(['a'])).rejects.toMatchObject({
        code: 'encoder-unavailable',
        message: expect.stringMatching(message),
      })
    }
    await encoder.close()
  })

  test('a closed encoder says so', async () => {
    const encoder = await requiredMinilm()
    await encoder.close()
    await encoder.close()
    await expect(encoder.embed(['a'])).rejects.toMatchObject({ code: 'encoder-unavailable' })
  })
})
