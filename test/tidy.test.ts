import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

/**
 * House rules that a compiler does not know. Each failure names the file and the line.
 *
 * What each folder of src/ may import. Tests beside sources may import anything.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ports: ['core'],
  locks: [],
  simulator: ['core', 'ports'],
  optimizer: ['core', 'ports'],
  adapters: ['core', 'ports', 'locks'],
  models: ['core'],
  lab: ['core', 'ports', 'locks', 'simulator', 'optimizer'],
  report: ['core', 'ports', 'lab'],
  service: ['core', 'ports', 'optimizer'],
  testing: ['core', 'ports', 'simulator', 'adapters', 'models', 'lab', 'service'],
  compose: ['core', 'ports', 'simulator', 'optimizer', 'adapters', 'models', 'lab', 'report', 'service'],
  cli: ['core', 'ports', 'models', 'lab', 'report', 'compose'],
  library: ['core', 'ports', 'simulator', 'optimizer', 'adapters', 'models', 'lab', 'report', 'compose'],
}

/** Programs that measure and write data files; they stand outside the layers. */
const PROGRAMS = ['lab/calibration/']

/** What may not be said, and where not. */
const FORBIDDEN: readonly { what: RegExp; where: RegExp; unless?: RegExp; why: string }[] = [
  { what: /\bMath\.random\b/, where: /^src\//, why: 'everything random takes a seeded generator' },
  {
    what: /\bDate\.now\b|\bnew Date\b|\bperformance\.now\b|\bsetTimeout\b|\bfrom 'node:/,
    where: /^src\/(core|simulator)\//,
    why: 'core and simulator know no clock and no input or output',
  },
  {
    what: /\bprocess\.env\b/,
    where: /^src\//,
    unless: /^src\/(compose|cli\/entry|testing\/installed-models)\.ts$/,
    why: 'only the composition root and the entry of the command line read the environment',
  },
  {
    what: /\b(it|test|describe)\.(only|skip|todo)\b/,
    where: /./,
    unless: /^test\/tidy/,
    why: 'no test is off or alone',
  },
]

const LINES_MAX = 400

const root = fileURLToPath(new URL('..', import.meta.url))
const files = ['src', 'test', 'bench', 'sdk/src'].flatMap(sourcesBelow)

test('each folder imports only what it may', () => {
  const wrong: string[] = []
  for (const file of files.filter((name) => name.startsWith('src/') && !isTest(name) && !isProgram(name))) {
    for (const { line, target } of importsOf(file)) {
      const from = layerOf(file)
      const to = layerOf(target)
      const allowed = from === to || (MAY_IMPORT[from] ?? []).includes(to)
      if (!allowed)
        wrong.push(
          `${file}:${line} imports ${target}: ${from} may import ${(MAY_IMPORT[from] ?? []).join(', ') || 'nothing else'}`,
        )
      else if (from === 'adapters' && to === 'adapters' && portOf(file) !== portOf(target)) {
        wrong.push(`${file}:${line} imports ${target}: an adapter may not import another port's adapter`)
      }
    }
  }
  expect(wrong).toEqual([])
})

test('nothing forbidden is said', () => {
  const wrong: string[] = []
  for (const file of files) {
    for (const [index, text] of readFileSync(join(root, file), 'utf8').split('\n').entries()) {
      if (isComment(text)) continue
      for (const { what, where, unless, why } of FORBIDDEN) {
        const isOff = isTest(file) && where.source !== '.'
        if (!isOff && where.test(file) && unless?.test(file) !== true && what.test(text)) {
          wrong.push(`${file}:${index + 1} has ${what}: ${why}`)
        }
      }
    }
  }
  expect(wrong).toEqual([])
})

test('no source file is longer than one idea', () => {
  const long = files.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > LINES_MAX)
  expect(long).toEqual([])
})

function sourcesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name).split(sep).join('/'))
    .filter((name) => /\.(ts|js|mjs)$/.test(name))
}

function importsOf(file: string): { line: number; target: string }[] {
  const found: { line: number; target: string }[] = []
  for (const [index, text] of readFileSync(join(root, file), 'utf8').split('\n').entries()) {
    const path = /(?:from|import)\s*\(?\s*'(\.[^']+)'/.exec(text)?.[1]
    if (path === undefined || isComment(text)) continue
    const target = relative(root, join(root, dirname(file), path))
      .split(sep)
      .join('/')
    if (target.startsWith('src/')) found.push({ line: index + 1, target })
  }
  return found
}

function layerOf(file: string): string {
  const [, folder = '', rest] = file.split('/')
  if (folder === 'compose.ts') return 'compose'
  return rest === undefined || folder === 'library' ? 'library' : folder
}

function portOf(file: string): string {
  return file.split('/')[2] ?? ''
}

function isTest(file: string): boolean {
  return file.endsWith('.test.ts') || file.startsWith('test/')
}

function isProgram(file: string): boolean {
  return PROGRAMS.some((part) => file.startsWith(`src/${part}`))
}

function isComment(text: string): boolean {
  return /^\s*(\/\/|\*|\/\*)/.test(text)
}
