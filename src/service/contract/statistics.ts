import { createRoute, z } from '@hono/zod-openapi'
import { instant, json, problems, SECRET_KEY } from './answers.ts'
import { contextParams, wholeNumberText } from './requests.ts'

const count = z.int()
const rate = z.number().nullable()
const interval = z
  .array(z.number())
  .length(2)
  .describe('Low and high end.')
  .openapi({ example: [0.08, 0.12] })

const pool = {
  slates: count,
  clicked: count.describe('Slates with a click or more.'),
  ctr: rate.describe('Clicked slates over slates.'),
  uniform: z
    .object({
      slates: count,
      clicked: count,
      ctr: rate,
      interval: interval
        .nullable()
        .describe(
          'Holds at all looks together, 95 %, widened where visitors come again; null where more than one pool was served.',
        ),
    })
    .describe("Slates drawn uniformly at random: the pool's own CTR, whatever the policy."),
}

const itemStatistics = z
  .object({
    id: z.string(),
    text: z.string(),
    isLive: z.boolean(),
    impressions: count,
    clicks: count,
    ctr: rate.describe('Hangs on the company the item was shown in; compare utilities instead.'),
    utility: rate.describe('Odds of a click on it, alone in the strongest place, against none.'),
    utilityInterval: interval
      .nullable()
      .describe('Credible, 95 %, for one look; wider where the same visitors come again and differ.'),
    designEffect: z
      .number()
      .describe('So many visits tell as much as one of independent visitors alike; widens the interval.'),
    visitors: count.describe('How many visitors clicked it.'),
    networks: count.describe('How many networks they came from.'),
    busiestNetworkShare: rate.describe('Share of its clicks from the network with most of them.'),
  })
  .openapi('ItemStatistics')

const armStatistics = z
  .object({
    arm: z.string(),
    isServed: z.boolean(),
    version: count,
    iteration: count.nullable(),
    visitors: count,
    slates: count,
    clicked: count,
    ctr: rate.describe('Clicked slates over slates, of all slates so far, from whatever pool.'),
    ctrInterval: interval
      .nullable()
      .describe('Clustered by visitor, holds at all looks together, 95 %; null with too few visitors.'),
    clickingVisitors: z
      .number()
      .describe(
        'Visitors who clicked, in effect: one who clicks a lot counts as one. Intervals wait for 20.',
      ),
    designEffect: z.number().describe('So many slates tell as much as one of visitors who come once.'),
    items: z.array(itemStatistics),
    slotEffects: z.array(
      z.object({
        slot: count.describe('0 is the first place.'),
        effect: z.number().describe('Weight of an item in this place over that in slot 0.'),
        interval: interval.optional().describe('95 %, for one look.'),
        clicks: count,
        isEstimated: z
          .boolean()
          .describe(
            'False for slot 0, which is 1 by definition, and where 1 is taken for want of clicks (30).',
          ),
      }),
    ),
    versions: z.array(z.object({ version: count, iteration: count.nullable(), ...pool })),
    iterations: z.array(z.object({ iteration: count, versions: z.array(count), ...pool })),
    leftOut: z.record(z.string(), count).describe('Visits that are kept but not counted, by reason.'),
    carriedLead: z
      .object({
        leader: z.string(),
        follower: z.string(),
        byClicks: z.number().describe('Chance that the leader is better, by all clicks.'),
        byNetworks: z.number().describe('The same where each network counts once.'),
        networks: count.describe('The fewest networks without whose clicks there is no lead.'),
        clicksShare: z.number().describe("Their share of the leader's clicks."),
      })
      .nullable()
      .describe('A lead between two live items that few networks carry: look before you trust it.'),
  })
  .openapi('ArmStatistics')

const liftFigure = z.object({ estimate: z.number(), interval })

export const statisticsSchema = z
  .object({
    context: z.string(),
    at: instant,
    arms: z.array(armStatistics),
    comparisons: z
      .array(
        z.object({
          arm: z.string(),
          against: z.string(),
          isHoldout: z.boolean(),
          lift: z
            .object({ absolute: liftFigure, relative: liftFigure })
            .nullable()
            .describe('In slate CTR over all slates so far, not of the latest pool alone.'),
          waitsFor: z
            .array(z.object({ arm: z.string(), clickingVisitors: z.number(), needed: count }))
            .describe('Why there is no lift yet: arms with too few clicking visitors.'),
          extraClicks: z
            .object({
              count: z.number(),
              costUsd: z
                .number()
                .nullable()
                .describe('Null where there were none, or where calls have no known price.'),
              costUsdInterval: z
                .array(z.number().nullable())
                .length(2)
                .nullable()
                .describe('No upper end while the lift may be nothing.'),
            })
            .nullable(),
        }),
      )
      .describe('The main arm against each other one. Intervals hold at all looks together, 95 %.'),
    sampleRatio: z
      .object({
        isMismatch: z.boolean().describe('True: trust no lift until its cause is found.'),
        logEvidence: z.number(),
        arms: z.array(z.object({ arm: z.string(), share: z.number(), visitors: count })),
      })
      .nullable(),
    spend: z
      .object({
        calls: count,
        tokens: count,
        costUsd: z.number(),
        unpriced: count.describe('Calls whose price is not known: not in costUsd.'),
      })
      .describe('Of all arms, from the first text on.'),
    open: z.object({ impressions: count, clicks: count }).describe('Events that are not counted yet.'),
  })
  .openapi('Statistics')

export const statisticsRoute = createRoute({
  method: 'get',
  path: '/v1/contexts/{key}/statistics',
  tags: ['Statistics'],
  security: SECRET_KEY,
  summary: 'How a context does',
  description: 'What each figure means, and when not to trust it: docs/statistics.md.',
  request: {
    params: contextParams,
    query: z.strictObject({
      items: z.enum(['live', 'all'], 'give live or all').optional().describe('`live` when left out.'),
    }),
  },
  responses: { 200: json(statisticsSchema, 'Statistics as of now'), ...problems() },
})

/** One server-sent event: in OpenAPI 3.1 the schema of such a stream is that of each. */
const liveEventSchema = z
  .object({
    event: z.enum(['statistics', 'gone']),
    data: z.string().describe('JSON: `Statistics` without items that left, or `{}`.'),
  })
  .openapi('LiveEvent')

export const liveRoute = createRoute({
  method: 'get',
  path: '/v1/contexts/{key}/live',
  tags: ['Statistics'],
  security: SECRET_KEY,
  summary: 'Watch a context',
  description:
    'Server-sent events: `statistics` with the figures of live items, at once and whenever they change; `gone` when ' +
    'the context was deleted. A comment every 15 seconds keeps proxies from closing it. With fetch, since ' +
    'EventSource sends no key.',
  request: {
    params: contextParams,
    query: z.strictObject({
      seconds: wholeNumberText(1, 86_400)
        .optional()
        .describe('The stream ends after so long; when the reader goes, if left out.'),
    }),
  },
  responses: {
    200: { description: 'A stream of these', content: { 'text/event-stream': { schema: liveEventSchema } } },
    ...problems(),
  },
})
