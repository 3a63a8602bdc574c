import { expect, test } from 'vitest'
import { serviceLog } from './service-log.ts'

function logged(act: (log: ReturnType<typeof serviceLog>) => void, level: 'info' | 'error' = 'info') {
  const lines: string[] = []
  act(serviceLog(level, (line) => lines.push(line)))
  return lines
}

test('a line is one JSON object with time, level and request', () => {
  const [line] = logged((log) => log.info({ requestId: 'r1', status: 200 }, 'request'))
  expect(line).toMatch(/\n$/)
  expect(JSON.parse(line ?? '')).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    requestId: 'r1',
    status: 200,
    msg: 'request',
  })
})

test('an error is told with its stack, and without what it quotes of secrets', () => {
  const cause = new Error('connect postgres://forage:hunter2@db/x')
  const failure = new Error('key fk_sec_3h2k9d_abcdefghjkmnpqrstuvwxyz234567892 is wrong', { cause })
  const text = logged((log) =>
    log.error({ err: failure, authorization: 'Bearer abc', nested: { token: 'v1.abc' } }, 'failed'),
  ).join('')
  expect(JSON.parse(text).err.stack).toContain('service-log.test.ts')
  for (const secret of ['hunter2', 'abcdefghjk', 'Bearer abc', 'v1.abc']) expect(text).not.toContain(secret)
  expect(text).toContain('fk_sec_3h2k9d_[redacted]')
})

test('what is below the level is not written', () => {
  expect(logged((log) => log.info({}, 'quiet'), 'error')).toEqual([])
})
