import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DEFAULT_SETTINGS } from '../core/settings.ts'
import type { TaskDefinition } from '../core/task.ts'
import { differences, type RunConfiguration } from './run-configuration.ts'
import { numberedRunDirectory, openRunDirectory } from './run-directory.ts'
import type { RunEvent } from './run-events.ts'

/** Bytes that still fit on the disk. */
const disk = vi.hoisted(() => ({ bytesLeft: Number.POSITIVE_INFINITY }))
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return {
    ...fs,
    writeSync(file: number, bytes: Buffer, offset: number, length: number, position: number) {
      const fits = Math.min(length, disk.bytesLeft)
      if (fits <= 0) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' })
      disk.bytesLeft -= fits
      return fs.writeSync(file, bytes, offset, fits, position)
    },
  }
})

let base: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'forage-run-'))
})
afterEach(() => {
  disk.bytesLeft = Number.POSITIVE_INFINITY
  rmSync(base, { recursive: true, force: true })
})

const configuration: RunConfiguration = {
  forageVersion: '1.2.3',
  task: { key: 'shopping-question', version: 1 } as TaskDefinition,
  isBuiltInTask: true,
  context: { key: 'shopping-question/tents', task: 'shopping-question', topic: 'Tents' },
  audienceName: 'price',
  population: { personas: [], choiceTemperature: 1.5, noClickScore: 11 },
  strategy: 'full-ctr',
  settings: DEFAULT_SETTINGS,
  seed: 1,
  writer: 'grammar',
  scorer: 'words',
}
const event = (iteration: number): RunEvent => ({
  kind: 'births-short',
  iteration,
  mode: 'explore',
  wanted: 1,
  got: 0,
})
const last = { kind: 'run-finished', summary: { seed: 1 } } as unknown as RunEvent
const line = (one: RunEvent) => `${JSON.stringify(one)}\n`
const events = (path: string) => readFileSync(join(path, 'events.jsonl'), 'utf8')

function run(path: string, all: readonly RunEvent[]): string {
  const directory = openRunDirectory(path, configuration)
  try {
    for (const one of all) directory.record(one)
    return directory.found
  } finally {
    directory.close()
  }
}

describe('the events of a run', () => {
  it('are on the disk as they happen', () => {
    const path = join(base, 'run')
    const directory = openRunDirectory(path, configuration)
    directory.record(event(1))
    expect(events(path)).toBe(line(event(1)))
    directory.close()
  })

  it('stay when a run that goes on is broken off again during its replay', () => {
    const path = join(base, 'run')
    run(path, [event(1), event(2), event(3)])
    expect(run(path, [event(1)])).toBe('part')
    expect(events(path)).toBe([event(1), event(2), event(3)].map(line).join(''))
  })

  it('are mended where the last line is torn or another', () => {
    for (const damage of ['{"kind":"births-sh', `${line(event(9))}${line(event(10))}`]) {
      const path = join(base, `run-${damage.length}`)
      run(path, [event(1)])
      appendFileSync(join(path, 'events.jsonl'), damage)
      run(path, [event(1), event(2), last])
      expect(events(path)).toBe([event(1), event(2), last].map(line).join(''))
      expect(run(path, [event(1), event(2), last])).toBe('whole')
    }
  })

  it('keep whole lines only when the disk is full, and go on when there is space again', () => {
    const path = join(base, 'run')
    const directory = openRunDirectory(path, configuration)
    directory.record(event(1))
    disk.bytesLeft = 10
    expect(() => directory.record(event(2))).toThrow(
      expect.objectContaining({ code: 'disk-full', message: expect.stringContaining(path) }),
    )
    expect(events(path)).toBe(line(event(1)))
    disk.bytesLeft = Number.POSITIVE_INFINITY
    directory.close()
    run(path, [event(1), event(2), last])
    expect(events(path)).toBe([event(1), event(2), last].map(line).join(''))
  })
})

describe('the directory of a run', () => {
  it('is one process at a time', () => {
    const path = join(base, 'run')
    const directory = openRunDirectory(path, configuration)
    expect(() => openRunDirectory(path, configuration)).toThrow(
      expect.objectContaining({ code: 'run-in-use' }),
    )
    directory.close()
    directory.close()
    expect(existsSync(join(path, '.lock'))).toBe(false)
    openRunDirectory(path, configuration).close()
  })

  it('is taken over from a process that died, also one of this number', () => {
    const path = join(base, 'run')
    run(path, [event(1)])
    // The largest number Linux gives is 4194304.
    for (const pid of [99_999_999, process.pid]) {
      writeFileSync(join(path, '.lock'), JSON.stringify({ pid, host: hostname(), token: 'of another time' }))
      expect(run(path, [event(1)])).toBe('part')
    }
  })

  it('is left to a process on another machine, and the message says what to remove', () => {
    const path = join(base, 'run')
    run(path, [])
    writeFileSync(join(path, '.lock'), JSON.stringify({ pid: 99_999_999, host: 'elsewhere', token: 'x' }))
    expect(() => openRunDirectory(path, configuration)).toThrow(/elsewhere.*remove the file/)
  })

  it('gives the lock back when it turns out to hold another run', () => {
    const path = join(base, 'run')
    run(path, [])
    expect(() => openRunDirectory(path, { ...configuration, seed: 2 })).toThrow(/seed is 1 there, 2 here/)
    expect(run(path, [])).toBe('part')
  })

  it('gets the next number when it holds another run, or a whole one that is not to be replayed', () => {
    const path = join(base, 'run')
    const next = (finished: boolean) => numberedRunDirectory(path, configuration, finished)
    expect(next(true)).toBe(path)
    run(path, [event(1)])
    expect(next(false)).toBe(path)
    run(path, [event(1), last])
    expect(next(true)).toBe(path)
    expect(next(false)).toBe(`${path}-2`)
    writeFileSync(`${path}-2`, 'a file')
    expect(next(false)).toBe(`${path}-3`)
    expect(numberedRunDirectory(path, { ...configuration, seed: 5 }, true)).toBe(`${path}-3`)
  })
})

describe('differences of configurations', () => {
  it('name the field at any depth, fields of one side too', () => {
    expect(differences({ a: { b: 1, c: [1, 2] }, d: 'x' }, { a: { b: 2, c: [1, 2] }, e: null })).toEqual([
      'a.b is 1 there, 2 here',
      'd is "x" there, not given here',
      'e is not given there, null here',
    ])
  })

  it('are none for values that are equal in another order of keys', () => {
    expect(differences({ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 })).toEqual([])
  })
})
