import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type FakeProvider, startFakeProvider } from '../src/testing/fake-provider.ts'
import { runCli, temporaryDirectory } from './cli-runner.ts'
import { small, start } from './lab-process.ts'

const WORDS = ['cheap', 'heavy', 'quiet', 'rented', 'repaired', 'cordless', 'safe', 'strong', 'small', 'old']

describe('a model that is paid for', () => {
  it('is asked no more than the budget allows, and nothing twice', async () => {
    const provider = await startFakeProvider(usableAnswers())
    try {
      const home = temporaryDirectory()
      const env = { ...environmentOf(provider), FORAGE_HOME: home }
      const argv = (out: string, ...more: string[]) => [
        ...['lab', 'table5', '--topics', 'Drills', '--audiences', 'price,quality', '--iterations', '3'],
        ...['--writer', 'openai-compatible:small', '--out', join(home, out), ...more],
      ]
      const first = await runCli(argv('results', '--max-calls', '10'), { env })
      expect(first.code).toBe(1)
      expect(first.stderr).toContain('the budget is spent (--max-calls: 10 model calls)')
      expect(provider.requests.length).toBeLessThanOrEqual(10)
      const second = await runCli(argv('results'), { env })
      expect(second.code, second.stderr).toBe(0)
      const asked = provider.requests.map(({ body }) => JSON.stringify(body))
      expect(new Set(asked).size).toBe(asked.length)
      // Another experiment of the same runs is played from what is kept.
      const again = await runCli(argv('more', '--max-calls', '0'), { env })
      expect(again.code, again.stderr).toBe(0)
      expect(again.stdout).toBe(second.stdout)
      expect(provider.requests).toHaveLength(asked.length)
    } finally {
      await provider.close()
    }
  })

  it('is not asked again for what was answered before a kill -9', async () => {
    const home = temporaryDirectory()
    const provider = await startFakeProvider(usableAnswers())
    try {
      const env = { ...environmentOf(provider), FORAGE_HOME: home }
      const argv = [
        ...['lab', 'table5', '--topics', 'Drills', '--audiences', 'price', '--concurrency', '1'],
        ...['--writer', 'openai-compatible:small', '--out', join(home, 'results')],
      ]
      const child = start(argv, env)
      const ended = new Promise((resolve) => child.on('close', resolve))
      // In the middle of the second run.
      while (provider.requests.length < 20 && child.exitCode === null) await wait(1)
      expect(child.exitCode).toBeNull()
      child.kill('SIGKILL')
      await ended
      const { code, stderr } = await runCli(argv, { env })
      expect(code, stderr).toBe(0)
      const asked = provider.requests.map(({ body }) => JSON.stringify(body))
      // The one answer that was under way is all that is lost.
      expect(asked.length - new Set(asked).size).toBeLessThanOrEqual(1)
      expect(asked.length).toBeGreaterThan(60)
    } finally {
      await provider.close()
    }
  })

  it('that writes nothing usable ends in a failure that says so', async () => {
    const provider = await startFakeProvider(() => ({ kind: 'answer', content: '{"items":[]}' }))
    const env = { ...environmentOf(provider), FORAGE_HOME: temporaryDirectory() }
    const out = join(temporaryDirectory(), 'results')
    const { code, stderr } = await runCli(small(out, '--writer', 'openai-compatible:small'), { env })
    await provider.close()
    expect(code).toBe(1)
    expect(stderr).toContain('none of 60 runs has a result')
  })

  it('whose price is not known has no limit of cost', async () => {
    const provider = await startFakeProvider(() => ({ kind: 'answer', content: '{"items":[]}' }))
    const env = { ...environmentOf(provider), FORAGE_HOME: temporaryDirectory() }
    const out = join(temporaryDirectory(), 'results')
    const { code, stderr } = await runCli(
      small(out, '--writer', 'openai-compatible:small', '--max-cost-usd', '1'),
      { env },
    )
    await provider.close()
    expect(code).toBe(2)
    expect(stderr).toContain('use --max-calls')
  })
})

/** Each answer has eight texts that were never there before. */
function usableAnswers(): Parameters<typeof startFakeProvider>[0] {
  let next = 0
  const text = () => `Do ${WORDS[next++ % WORDS.length]} drills last ${next} years?`
  return () => ({ kind: 'answer', content: JSON.stringify({ items: Array.from({ length: 8 }, text) }) })
}

function environmentOf({ baseUrl }: FakeProvider) {
  return { FORAGE_OPENAI_COMPATIBLE_URL: baseUrl, FORAGE_OPENAI_COMPATIBLE_KEY: 'sk-secret' }
}
