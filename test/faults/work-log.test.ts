import { expect, test } from 'vitest'
import { heldTakeovers, type WorkLog, type WorkSeen, workLog } from './work-log.ts'

const line = (kind: string, iteration: number, more: object = {}) =>
  `${JSON.stringify({ kind, contextKey: 'vacuums', arm: 'live', iteration, ...more })}\n`
const begun = (iteration: number) => line('iteration-started', iteration)
const answered = (iteration: number, isReused: boolean) => line('request-answered', iteration, { isReused })
const committed = (iteration: number) => line('iteration-committed', iteration)

/** Two processes: the first dies, and leaves a torn line. */
function both(first: string, second: string): { log: WorkLog; laws(): string[] } {
  const log = workLog()
  const [dying, other] = [log.process(), log.process()]
  for (const character of first) dying.take(character)
  dying.take('{"kind":"iterat')
  other.take(second)
  const dead = new Set([dying.number])
  return { log, laws: () => heldTakeovers(log.takeovers(dead), 1) }
}

test('an iteration that another process ended, with the answers of the dead one, breaks no law', () => {
  const first = begun(1) + answered(1, false) + committed(1) + begun(2) + answered(2, false)
  const { log, laws } = both(first, begun(2) + answered(2, true) + answered(2, false) + committed(2))
  expect(log.takeovers(new Set([1]))).toMatchObject([
    { iteration: 'vacuums live 2', answered: 1, by: { process: 2, answered: 2, reused: 1 } },
  ])
  expect(laws()).toEqual([])
  expect(log.hasGoneOn(log.underWay()[0] as WorkSeen)).toBe(true)
})

test('answers of the dead process that were asked for again are told', () => {
  const second = begun(2) + answered(2, false) + committed(2)
  expect(both(begun(2) + answered(2, false), second).laws()).toEqual([
    'iteration vacuums live 2 was taken over, and of 1 answers 0 were reused',
  ])
})

test('it is told when nobody goes on', () => {
  const { log, laws } = both(begun(2) + answered(2, false), begun(2) + line('iteration-failed', 2))
  expect(laws()).toEqual(['no iteration that a dead process had begun was ended by another'])
  expect(log.hasGoneOn(log.underWay()[0] as WorkSeen)).toBe(false)
})
