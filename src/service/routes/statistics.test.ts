import { describe, expect, test } from 'vitest'
import { DEFAULT_CONTEXT_CONFIG } from '../../core/live/context-config.ts'
import { type Managing, managing } from '../../testing/managing.ts'
import { settled } from '../../testing/test-clock.ts'
import { DEFAULT_RATE_LIMITS } from '../keys/rate-limits.ts'

const TEXTS = ['Is a vacuum loud?', 'Does it need bags?', 'Who repairs vacuums?']
const [MAIN, HOLDOUT] = DEFAULT_CONTEXT_CONFIG.arms
const LIMITS = {
  ...DEFAULT_RATE_LIMITS,
  byKey: { ...DEFAULT_RATE_LIMITS.byKey, manage: { perSecond: 1e6, burst: 1e6 } },
  byNetwork: { ...DEFAULT_RATE_LIMITS.byNetwork, manage: { perSecond: 1e6, burst: 1e6 } },
}

/** Visitors who click the slate's `i0` in the main arm, one in three of them in the holdout. */
async function visited(visitors: number): Promise<Managing> {
  const service = await managing({ rateLimits: LIMITS })
  await service.context('vacuums', TEXTS, {
    arms: [
      { ...MAIN!, share: 0.5 },
      { ...HOLDOUT!, share: 0.5 },
    ],
    caps: { ...DEFAULT_CONTEXT_CONFIG.caps, clickMsMin: 0 },
  })
  const seen = { live: 0, holdout: 0 }
  for (let visitor = 0; visitor < visitors; visitor++) {
    const { body: slate } = await service.ask('GET', `/v1/contexts/vacuums/slate?visitor=v${visitor}`)
    const turn = seen[slate.arm as 'live' | 'holdout']++
    const isClick = slate.arm === 'live' ? turn % 3 !== 0 : turn % 6 === 0
    await service.post('/v1/events', [
      { id: 'a', type: 'impression', token: slate.token },
      ...(isClick ? [{ id: 'b', type: 'click', token: slate.token, item: 'i0' }] : []),
    ])
  }
  return service
}

describe('statistics', () => {
  test('of a context without a pool are empty, not wrong', async () => {
    const service = await managing()
    await service.context('new', [])
    const { status, body } = await service.ask('GET', '/v1/contexts/new/statistics')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      context: 'new',
      arms: [
        { arm: 'live', slates: 0, ctr: null, ctrInterval: null, items: [], carriedLead: null, leftOut: {} },
        { arm: 'holdout' },
      ],
      comparisons: [
        {
          arm: 'live',
          against: 'holdout',
          lift: null,
          extraClicks: null,
          waitsFor: [
            { arm: 'live', clickingVisitors: 0, needed: 20 },
            { arm: 'holdout', clickingVisitors: 0, needed: 20 },
          ],
        },
      ],
      sampleRatio: { isMismatch: false },
      open: { impressions: 0, clicks: 0 },
    })
  })

  test('tell items, pools, lift, and who clicks', async () => {
    const service = await visited(400)
    const before = (await service.ask('GET', '/v1/contexts/vacuums/statistics')).body
    expect(before.open.impressions).toBe(400)
    expect(before.arms[0].slates).toBe(0)
    await service.clock.advance(1_900_000)
    await service.store.countClosed(service.clock.now())
    const { body } = await service.ask('GET', '/v1/contexts/vacuums/statistics')
    const [live, holdout] = body.arms
    expect(live.slates + holdout.slates).toBe(400)
    expect(live.visitors).toBe(live.slates)
    expect(live.ctr).toBeCloseTo(2 / 3, 1)
    expect(live.ctrInterval[0]).toBeLessThan(live.ctr)
    expect(live.ctrInterval[1]).toBeGreaterThan(live.ctr)
    const [clicked, other] = live.items
    expect(clicked).toMatchObject({
      id: 'i0',
      isLive: true,
      visitors: live.clicked,
      networks: 1,
      busiestNetworkShare: 1,
    })
    expect(clicked.ctr).toBeCloseTo(live.ctr, 10)
    // All three items stand in each slate, so C / Z is the odds of a click.
    expect(clicked.utility).toBeGreaterThan(1.4)
    expect(clicked.utilityInterval[0]).toBeLessThan(clicked.utility)
    expect(clicked.utilityInterval[1]).toBeGreaterThan(clicked.utility)
    expect(other).toMatchObject({ clicks: 0, utility: 0, busiestNetworkShare: null })
    expect(live.versions).toMatchObject([{ version: 1, iteration: 0, uniform: { slates: live.slates } }])
    expect(live.iterations).toMatchObject([{ iteration: 0, versions: [1], slates: live.slates }])
    expect(live.versions[0].uniform.interval[0]).toBeLessThan(live.ctr)
    // All clicks come from one network, so none contradicts the rest; `busiestNetworkShare` tells.
    expect(live.carriedLead).toBeNull()
    const [comparison] = body.comparisons
    expect(comparison).toMatchObject({ arm: 'live', against: 'holdout', isHoldout: true })
    expect(comparison.lift.absolute.estimate).toBeCloseTo(live.ctr - holdout.ctr, 10)
    expect(comparison.lift.absolute.interval[0]).toBeGreaterThan(0)
    expect(comparison.extraClicks.count).toBeCloseTo((live.ctr - holdout.ctr) * live.slates, 6)
    expect(comparison.extraClicks.costUsd).toBe(0)
    expect(comparison.waitsFor).toEqual([])
    expect(live.clickingVisitors).toBe(live.clicked)
    expect(live.designEffect).toBeCloseTo(1, 1)
    expect(live.slotEffects.map(({ slot }: { slot: number }) => slot)).toEqual([0, 1, 2])
    expect(clicked.designEffect).toBeLessThan(1.1)
    expect(body.sampleRatio).toMatchObject({ isMismatch: false })
    expect(body.open).toEqual({ impressions: 0, clicks: 0 })
  })

  test('tell items that left only when asked', async () => {
    const service = await managing()
    await service.context('vacuums', TEXTS)
    await service.ask('PATCH', '/v1/contexts/vacuums/arms/live/items/i0', { standing: 'banned' })
    const items = async (query: string) =>
      (await service.ask('GET', `/v1/contexts/vacuums/statistics${query}`)).body.arms[0].items.length
    expect([await items(''), await items('?items=live'), await items('?items=all')]).toEqual([2, 2, 3])
    expect((await service.ask('GET', '/v1/contexts/vacuums/statistics?items=some')).body.field).toBe('items')
  })
})

describe('the live view', () => {
  const watch = async (service: Managing, key = service.secretKey, query = '') => {
    const answer = await service.app.request(`/v1/contexts/vacuums/live${query}`, {
      headers: { authorization: `Bearer ${key}` },
    })
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
    const decoder = new TextDecoder()
    let text = ''
    return {
      answer,
      reader,
      /** What came until something matches, or the stream ended. */
      async until(what: RegExp): Promise<string> {
        while (!what.test(text)) {
          const { done, value } = await reader.read()
          if (done) return `${text}END`
          text += decoder.decode(value)
        }
        const found = text
        text = ''
        return found
      },
    }
  }
  const started = async () => {
    const service = await managing()
    await service.context('vacuums', TEXTS)
    return service
  }

  test('tells the figures at once, then only when they change, and beats in between', async () => {
    const service = await started()
    const { answer, until } = await watch(service)
    expect(answer.headers.get('content-type')).toBe('text/event-stream')
    expect(await until(/event: statistics\n/)).toMatch(/^retry: 3000/)
    await service.clock.advance(16_000)
    const quiet = await until(/still here/)
    expect(quiet).not.toContain('statistics')
    await service.ask('PATCH', '/v1/contexts/vacuums/arms/live/items/i0', { standing: 'banned' })
    await service.clock.advance(2000)
    const event = await until(/event: statistics\n/)
    const data = JSON.parse(/data: (.*)\n/.exec(event)?.[1] ?? '{}')
    expect(data.arms[0]).toMatchObject({ version: 2, items: [{}, {}] })
  })

  test('many who watch ask the store once', async () => {
    const service = await started()
    const watching = [await watch(service), await watch(service), await watch(service)]
    for (const { until } of watching) await until(/event: statistics\n/)
    const read = service.store.openCounts
    let reads = 0
    service.store.openCounts = (id) => {
      reads++
      return read(id)
    }
    await service.clock.advance(2000)
    expect(reads).toBe(1)
    for (const { reader } of watching) await reader.cancel()
    await service.clock.advance(10_000)
    expect(reads).toBe(1)
    expect(service.dependencies.liveViews.streams).toBe(0)
    expect(service.clock.nextAt()).toBeUndefined()
  })

  test('asks a store that takes long less often', async () => {
    const service = await started()
    const { until } = await watch(service)
    await until(/event: statistics\n/)
    const read = service.store.openCounts
    let reads = 0
    service.store.openCounts = async (id) => {
      reads++
      await new Promise<void>((resolve) => service.clock.schedule(1000, resolve))
      return read(id)
    }
    await service.clock.advance(2000)
    await service.clock.advance(1000)
    expect(reads).toBe(1)
    await service.clock.advance(18_000)
    expect(reads).toBe(1)
    await service.clock.advance(2000)
    expect(reads).toBe(2)
  })

  test('goes on when the store is away for a while', async () => {
    const service = await started()
    const { until } = await watch(service)
    await until(/event: statistics\n/)
    const read = service.store.openCounts
    service.store.openCounts = () => Promise.reject(new Error('away'))
    await service.clock.advance(6000)
    service.store.openCounts = read
    await service.ask('PATCH', '/v1/contexts/vacuums/arms/live/items/i0', { standing: 'banned' })
    await service.clock.advance(2000)
    expect(await until(/event: statistics\n/)).toContain('"version":2')
  })

  test('ends when the context is deleted, the key revoked, or the node stops', async () => {
    const service = await started()
    const other = await service.key({ kind: 'secret' })
    const revoked = await watch(service, other)
    await revoked.until(/event: statistics\n/)
    await service.ask('DELETE', `/v1/keys/${other.slice(0, 13)}`)
    await service.clock.advance(15_000)
    expect(await revoked.until(/never/)).toMatch(/END$/)

    const deleted = await watch(service)
    await deleted.until(/event: statistics\n/)
    await service.ask('DELETE', '/v1/contexts/vacuums')
    await service.clock.advance(2000)
    expect(await deleted.until(/never/)).toMatch(/event: gone\ndata: \{\}\n\nEND$/)

    await service.context('vacuums', TEXTS)
    const stopped = await watch(service)
    await stopped.until(/event: statistics\n/)
    service.dependencies.liveViews.close()
    expect(await stopped.until(/never/)).toMatch(/END$/)
    expect((await service.ask('GET', '/v1/contexts/vacuums/live')).body.code).toBe('shutting-down')
  })

  test('ends after so many seconds where that is asked for', async () => {
    const service = await started()
    const { until } = await watch(service, service.secretKey, '?seconds=5')
    await until(/event: statistics\n/)
    await service.clock.advance(4999)
    expect(service.dependencies.liveViews.streams).toBe(1)
    await service.clock.advance(1)
    expect(await until(/never/)).toMatch(/END$/)
    expect(service.dependencies.liveViews.streams).toBe(0)
    expect((await service.ask('GET', '/v1/contexts/vacuums/live?seconds=0')).body.field).toBe('seconds')
  })

  test('are bounded in number', async () => {
    const service = await started()
    for (let stream = 0; stream < 200; stream++) service.dependencies.liveViews.open('vacuums')
    await settled()
    expect(await service.ask('GET', '/v1/contexts/vacuums/live')).toMatchObject({
      status: 503,
      body: { code: 'too-many-streams' },
    })
  })
})
