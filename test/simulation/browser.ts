import type { IngestOutcome, LiveEvent, SlateClaims } from '../../src/core/live/slate-claims.ts'
import type { SimulatedNode } from './node.ts'
import type { World } from './world.ts'

const SENDS_MAX = 8
const SLOWEST_MS = 3_000

/** What was promised to a browser: these events count. */
export type Promises = (events: readonly LiveEvent[], outcomes: readonly IngestOutcome[]) => void

/**
 * One visit: a slate, then impressions and perhaps clicks, sent in batches over a network that delays, drops, repeats
 * and reorders, and sent again, to any node, until an answer comes.
 */
export function visitOnce(
  world: World,
  nodes: () => readonly SimulatedNode[],
  visitor: string,
  contextKey: string,
  arm: string,
  promised: Promises,
): void {
  const random = world.random(`visit/${visitor}`)
  const anyNode = () => {
    const alive = nodes().filter(({ life }) => !life.isDead)
    return alive.length === 0 ? undefined : alive[random.integer(alive.length)]
  }
  const slate = anyNode()?.slate(contextKey, visitor, arm)
  if (slate === undefined) return
  const { claims, texts } = slate
  const batches = eventsOf(claims, texts)

  for (const batch of batches) {
    // Each on its own way, so that a click may be there before its impression.
    world.time.after(random.integer(20_000), () => send(batch, 1))
  }

  function eventsOf(shown: SlateClaims, shownTexts: readonly string[]): LiveEvent[][] {
    const mark = random.uniform() < 0.05 ? 'bot' : 'none'
    const event = (kind: LiveEvent['kind'], position: number): LiveEvent => ({
      eventId: `${kind}${position}`,
      slate: shown,
      kind,
      position,
      occurredAtMs: world.time.now(),
      receivedAtMs: world.time.now(),
      mark,
      network: `n${visitor}`,
    })
    const whole = random.uniform() < 0.5
    const impressions = whole
      ? [event('impression', -1)]
      : shown.itemIds.map((_, place) => event('impression', place))
    // People like some words better than others, so that strategies have something to find.
    const liked = shownTexts.findIndex((text) => /price|cost|cheap/i.test(text))
    const clicked =
      liked >= 0 && random.uniform() < 0.6
        ? liked
        : random.uniform() < 0.2
          ? random.integer(shown.itemIds.length)
          : undefined
    if (clicked === undefined) return [impressions]
    const clicks = [event('click', clicked)]
    if (random.uniform() < 0.1) clicks.push(event('click', (clicked + 1) % shown.itemIds.length))
    return random.uniform() < 0.5 ? [impressions, clicks] : [[...clicks, ...impressions]]
  }

  function send(batch: readonly LiveEvent[], times: number): void {
    const { requestLost, requestRepeated, answerLost } = world.faults
    let isAnswered = false
    const arrive = () => {
      const node = anyNode()
      if (node === undefined) return
      node.ingest(batch).then(
        (outcomes) => {
          if (random.uniform() < answerLost) return
          world.time.after(random.integer(SLOWEST_MS), () => {
            isAnswered = true
            promised(batch, outcomes)
          })
        },
        () => {},
      )
    }
    if (random.uniform() >= requestLost) world.time.after(random.integer(SLOWEST_MS), arrive)
    if (random.uniform() < requestRepeated) world.time.after(random.integer(4 * SLOWEST_MS), arrive)
    world.time.after(2 * SLOWEST_MS + 1_000 * times, () => {
      if (!isAnswered && times < SENDS_MAX) send(batch, times + 1)
    })
  }
}
