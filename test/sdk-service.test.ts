import { type ClientOptions, createClient, type ForageClientError } from 'forage-sdk'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type ServiceUnderTest, serviceUnderTest, TEST_START_MS } from '../src/testing/service-under-test.ts'

const TEXTS = ['Which vacuums are quiet?', 'Are vacuums cheap?', 'Do vacuums last?', 'Can vacuums be mended?']
let service: ServiceUnderTest
let errors: ForageClientError[]

beforeEach(async () => {
  vi.useFakeTimers({ now: TEST_START_MS })
  service = await serviceUnderTest()
  errors = []
  await service.context('shop/vacuums', TEXTS)
  await service.context('empty', [])
})
afterEach(() => {
  vi.useRealTimers()
})

const overApp: typeof fetch = async (input, init) => service.app.request(String(input), init)

function client(more: Partial<ClientOptions> = {}) {
  const onError = (error: ForageClientError) => void errors.push(error)
  return createClient({
    url: 'http://forage.test',
    key: service.publishableKey,
    fetch: overApp,
    onError,
    ...more,
  })
}

const codes = () => errors.map(({ code }) => code)
const passes = async (ms: number) => {
  // The service's clock lets things happen by a timer of its own, which stands still here too.
  await Promise.all([service.clock.advance(ms), vi.advanceTimersByTimeAsync(ms)])
}

/** What an arm of the context counts of the slates whose time is over. */
async function counted(contextKey: string, arm: string) {
  const context = await service.store.context(contextKey)
  await service.store.countClosed(service.clock.now())
  const { items, slates } = await service.store.tallies(context?.id as number, arm)
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0)
  return {
    slates: sum(slates.map((tally) => tally.slates)),
    clicked: sum(slates.map((tally) => tally.clicked)),
    impressions: sum(items.map((tally) => tally.impressions)),
    clicks: sum(items.map((tally) => tally.clicks)),
  }
}

test('a slate of the service is seen and clicked, and counts once however often it is sent', async () => {
  let isAnswerLost = true
  const losesFirst: typeof fetch = async (input, init) => {
    const answer = await overApp(input, init)
    if (init?.method !== 'POST' || !isAnswerLost) return answer
    isAnswerLost = false
    throw new TypeError('connection reset')
  }
  const forage = client({ fetch: losesFirst, visitor: 'ann' })
  const slate = await forage.slate('shop/vacuums', { size: 3 })
  expect(slate).toMatchObject({ source: 'live', context: 'shop/vacuums', version: 1 })
  expect(slate.items).toHaveLength(3)
  expect(slate.openUntilMs).toBe(TEST_START_MS + 1_800_000)
  await passes(1000)
  forage.impression(slate)
  forage.click(slate, slate.items[2]?.id as string)
  await passes(2000)
  expect(codes()).toEqual(['unreachable'])
  await passes(2000)
  expect(await forage.flush()).toBe(0)
  expect(service.dependencies.counters.events).toMatchObject({ accepted: 2, duplicate: 2 })
  await passes(1_800_000)
  const once = { slates: 1, clicked: 1, impressions: 3, clicks: 1 }
  expect(await counted('shop/vacuums', slate.arm as string)).toEqual(once)
})

test('a context without a pool, and one that is not there', async () => {
  const forage = client({ defaultSlate: ['Default'] })
  expect((await forage.slate('empty')).source).toBe('default')
  expect(errors).toEqual([])
  expect((await forage.slate('nowhere')).items[0]?.text).toBe('Default')
  expect(codes()).toEqual(['context-unknown'])
})

test('a wrong key is said and not tried again', async () => {
  const forage = client({ key: 'fk_pub_abcdef_nothing' })
  await forage.slate('shop/vacuums')
  forage.click({ token: 'v1.x' }, 'i0')
  expect(await forage.flush()).toBe(0)
  expect(codes()).toEqual(['key-unknown', 'key-unknown'])
  expect(errors[1]?.lostEventIds).toHaveLength(1)
})

test('what the service refuses is reported one by one', async () => {
  const forage = client()
  const slate = await forage.slate('shop/vacuums')
  forage.click({ token: 'forged' }, 'i0')
  forage.click(slate, 'i99')
  forage.impression(slate)
  expect(await forage.flush()).toBe(0)
  expect(errors.map(({ message }) => message)).toEqual([
    'bad-token, the token was not signed here, or was altered',
    'not-in-slate, the slate did not show this item',
  ])
})

test('a slate whose time is over takes nothing', async () => {
  const forage = client()
  const slate = await forage.slate('shop/vacuums')
  await passes(1_800_000)
  forage.click({ token: slate.token }, slate.items[0]?.id as string)
  await forage.flush()
  expect(errors[0]?.message).toContain('expired')
})
