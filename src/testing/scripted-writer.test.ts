import { expect, test } from 'vitest'
import { scriptedWriter } from './scripted-writer.ts'
import { conformanceRequest, describeWriter } from './writer-conformance.ts'

describeWriter('scripted', () =>
  scriptedWriter([['Is it loud?', { text: 'Is it big?', meanLogProbability: -1 }]]),
)
describeWriter('scripted by a function, chat', () =>
  scriptedWriter(({ seed }) => [`{"items":["${seed}"]}`, '{"items":[]}'], { rendering: 'chat' }),
)

test('says its answers in turn, the last for ever, and remembers the requests', async () => {
  const writer = scriptedWriter([['a'], new Error('down'), ['b', 'c', 'd']])
  const request = conformanceRequest('completion')
  expect((await writer.write(request)).texts).toEqual([{ text: 'a' }])
  await expect(writer.write(request)).rejects.toThrow('down')
  expect((await writer.write(request)).texts).toEqual([{ text: 'b' }, { text: 'c' }])
  expect((await writer.write({ ...request, samples: 3 })).texts).toHaveLength(3)
  expect(writer.requests.map(({ samples }) => samples)).toEqual([2, 2, 2, 3])
})

test('a script without answers is a mistake', () => {
  expect(() => scriptedWriter([])).toThrow(RangeError)
})
