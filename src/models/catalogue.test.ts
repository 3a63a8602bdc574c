import { describe, expect, test } from 'vitest'
import { InputError } from '../core/errors.ts'
import { nearestName } from '../core/nearest-name.ts'
import { catalogue, findModel } from './catalogue.ts'

describe('catalogue', () => {
  test.each(catalogue.flatMap((entry) => entry.files.map((file) => ({ entry, file }))))(
    '$entry.name $file.name: the pieces add up to the file, and every sha256 is one',
    ({ file }) => {
      expect(file.pieces.reduce((sum, piece) => sum + piece.bytes, 0)).toBe(file.bytes)
      for (const sha256 of [file.sha256, ...file.pieces.map((piece) => piece.wheel.sha256)])
        expect(sha256).toMatch(/^[0-9a-f]{64}$/)
    },
  )

  test.each(catalogue.map((entry) => [entry.name, entry] as const))(
    '%s has its main file',
    (_name, entry) => {
      expect(entry.files.find((file) => file.name === entry.mainFile)?.required).toBe(true)
    },
  )

  test('an unknown name is answered with the nearest and all', () => {
    expect(() => findModel('gema-3-270m')).toThrow(InputError)
    expect(() => findModel('gema-3-270m')).toThrow(
      'model: "gema-3-270m": did you mean gemma-3-270m? the models are gemma-3-270m, minilm',
    )
    expect(() => findModel('whisper')).toThrow('model: "whisper": the models are gemma-3-270m, minilm')
  })
})

describe('nearestName', () => {
  test.each([
    ['minlm', 'minilm'],
    ['MiniLM', 'minilm'],
    ['gemma', undefined],
    ['gemma-3-270', 'gemma-3-270m'],
    ['', undefined],
    ['x'.repeat(100_000), undefined],
  ])('%s', (given, expected) => {
    expect(nearestName(given, ['gemma-3-270m', 'minilm'])).toBe(expected)
  })
})
