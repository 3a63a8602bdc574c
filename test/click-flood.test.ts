import { describe, expect, test } from 'vitest'
import { DEFAULT_CONTEXT_CONFIG, type EvidenceCaps } from '../src/core/live/context-config.ts'
import { createContext, liveConfig, optimizerNode, visit } from './optimizer-fixture.ts'

const CAPS: EvidenceCaps = {
  ...DEFAULT_CONTEXT_CONFIG.caps,
  slatesPerVisitor: 30,
  clickedSlatesPerVisitor: 3,
  slatesPerNetwork: 60,
  clickedSlatesPerNetwork: 10,
}
const FLOOD = 2_000

interface Attack {
  readonly visitor: string
  readonly network: string
  /** Who does not click only looks, at i0. */
  readonly looks?: boolean
}

/**
 * What the optimizer counts and decides after an honest audience, in which i0 is best and i4 is worst, and after a
 * flood of clicks on i4 or of looks at i0.
 */
async function decision(flood: (one: number) => Attack | undefined) {
  const node = optimizerNode()
  const { store, clock, optimizer } = node
  const [main] = liveConfig().arms
  const context = await createContext(
    store,
    liveConfig({ arms: [{ ...main!, share: 1 }], due: { interactions: 400 }, caps: CAPS }),
  )
  await optimizer.runDue()
  const slates = [
    ['i0', 'i1', 'i4'],
    ['i2', 'i3', 'i4'],
    ['i0', 'i2', 'i3'],
    ['i1', 'i2', 'i4'],
  ]
  for (let one = 0; one < 400; one++) {
    const items = slates[one % slates.length]!
    const liked = items.find((id) => id !== 'i4')!
    await visit(store, context, clock.now(), {
      items,
      visitor: `honest-${one}`,
      network: `home-${one}`,
      ...(one % 3 === 0 ? { click: one % 60 === 0 ? items[2]! : liked } : {}),
    })
  }
  for (let one = 0; one < FLOOD; one++) {
    const sender = flood(one)
    if (sender === undefined) continue
    const { looks, ...from } = sender
    await visit(
      store,
      context,
      clock.now(),
      looks === true
        ? { ...from, items: ['i0', 'i1', 'i2'] }
        : { ...from, items: ['i1', 'i2', 'i4'], click: 'i4' },
    )
  }
  await clock.advance(1000)
  await store.countClosed(clock.now())
  const { items, leftOut } = await store.tallies(context.id, 'live')
  const clicks = items.filter(({ itemId }) => itemId === 'i4').reduce((sum, one) => sum + one.clicks, 0)
  const seen = items.filter(({ itemId }) => itemId === 'i0').reduce((sum, one) => sum + one.impressions, 0)
  await optimizer.runDue()
  const [record] = await store.iterations(context.id, 'live', { limit: 1 })
  const born = (await store.items(context.id, 'live')).filter(({ bornAt }) => bornAt === 1)
  return {
    clicks,
    seen,
    leftOut,
    left: record?.left,
    followed: born.flatMap(({ parents }) => parents),
  }
}

const honest = decision(() => undefined)

describe('a flood of clicks on the worst item', () => {
  test('by one visitor counts up to the cap of a visitor, and decides nothing', async () => {
    const { clicks, leftOut, left, followed } = await decision(() => ({ visitor: 'flood', network: 'flood' }))
    const before = await honest
    expect(clicks - before.clicks).toBe(CAPS.clickedSlatesPerVisitor)
    expect(leftOut['visitor-cap']).toBe(FLOOD - CAPS.clickedSlatesPerVisitor)
    expect(left).toEqual(before.left)
    expect(left).toContain('i4')
    expect(followed).toEqual(before.followed)
  })

  test('by many visitors of one network counts up to the cap of a network, and decides nothing', async () => {
    const { clicks, leftOut, left, followed } = await decision((one) => ({
      visitor: `flood-${one}`,
      network: 'flood',
    }))
    const before = await honest
    expect(clicks - before.clicks).toBe(CAPS.clickedSlatesPerNetwork)
    expect(leftOut['network-cap']).toBe(FLOOD - CAPS.clickedSlatesPerNetwork)
    expect(left).toEqual(before.left)
    expect(followed).toEqual(before.followed)
  })

  test('by many visitors of many networks counts up to the cap of each visitor', async () => {
    const attackers = 12
    const { clicks, leftOut } = await decision((one) => ({
      visitor: `flood-${one % attackers}`,
      network: `flood-${one % attackers}`,
    }))
    const before = await honest
    expect(clicks - before.clicks).toBe(attackers * CAPS.clickedSlatesPerVisitor)
    expect(leftOut['visitor-cap']).toBe(FLOOD - attackers * CAPS.clickedSlatesPerVisitor)
  })

  test('by visitors below the number that makes an example is not followed, whatever its rate', async () => {
    const { clicks, followed } = await decision((one) =>
      one < 2 * CAPS.clickedSlatesPerVisitor
        ? { visitor: `flood-${one % 2}`, network: `flood-${one % 2}` }
        : undefined,
    )
    expect(clicks).toBe((await honest).clicks + 2 * CAPS.clickedSlatesPerVisitor)
    expect(followed).not.toContain('i4')
  })
})

describe('a flood of looks at the best item', () => {
  test('by one visitor counts up to the cap of a visitor, and decides nothing', async () => {
    const { seen, leftOut, left } = await decision(() => ({
      visitor: 'flood',
      network: 'flood',
      looks: true,
    }))
    const before = await honest
    expect(seen - before.seen).toBe(CAPS.slatesPerVisitor)
    expect(leftOut['visitor-cap']).toBe(FLOOD - CAPS.slatesPerVisitor)
    expect(left).toEqual(before.left)
  })

  test('by a new visitor each time counts up to the cap of their network, and decides nothing', async () => {
    const { seen, leftOut, left } = await decision((one) => ({
      visitor: `flood-${one}`,
      network: 'flood',
      looks: true,
    }))
    const before = await honest
    expect(seen - before.seen).toBe(CAPS.slatesPerNetwork)
    expect(leftOut['network-cap']).toBe(FLOOD - CAPS.slatesPerNetwork)
    expect(left).toEqual(before.left)
    expect(left).not.toContain('i0')
  })
})
