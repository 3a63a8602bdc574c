import { setTimeout as sleep } from 'node:timers/promises'
import Table from 'cli-table3'
import { createClient } from 'forage-sdk'
import { chooseScorer } from '../compose.ts'
import { InputError } from '../core/errors.ts'
import { derivedSeed } from '../core/random.ts'
import { simulatedReader } from '../lab/live-visitors/reader.ts'
import { counted, percent, points } from './figures.ts'
import type { CliIo } from './io.ts'
import { armLines, lookLines } from './statistics-text.ts'
import { statusLine } from './status-line.ts'
import { terminalStyle } from './terminal-style.ts'
import { printable } from './terminal-text.ts'
import { type VisitFlags, type VisitRequest, visitRequest } from './visit-request.ts'
import { visitRounds } from './visit-rounds.ts'
import {
  type ServedContext,
  type ServedStatistics,
  type VisitedService,
  visitedService,
} from './visit-service.ts'

/** Simulated visits report within seconds; a context that waits longer for clicks would make each round as long. */
const WINDOW_SECONDS = 5
const WINDOW_SECONDS_MAX = 60
/** The service's own least time before a click, and a little more. */
const READING_MORE_MS = 50

/** What the command touches beyond the terminal; tests give their own. */
export interface VisitWorld {
  readonly fetch: typeof fetch
  readonly wait: (ms: number, signal: AbortSignal) => Promise<unknown>
}

const REAL_WORLD: VisitWorld = {
  fetch: (...request) => fetch(...request),
  wait: (ms, signal) => sleep(ms, undefined, { signal }),
}

/**
 * `forage visit`: simulated people visit a running service over HTTP, until its pool was rewritten so many times.
 *
 * @throws InputError of wrong flags; ForageError `service-unreachable`, `service-refused`, `not-rewritten`
 */
export async function visitCommand(flags: VisitFlags, io: CliIo, world = REAL_WORLD): Promise<void> {
  const request = await visitRequest(flags, io)
  const { signal } = io
  const service = visitedService(request.url, request.key, signal, world.fetch)
  const context = checked((await service.context(request.context)) ?? (await created(request, service)))
  const interactions = context.config.due.interactions ?? request.interactions
  const style = terminalStyle(io.stderr, io.env)
  const status = statusLine(io.stderr, style.columns, style.canRedraw, io.now)
  const scorer = await chooseScorer(
    { scorer: request.scorer, seed: request.seed },
    { env: io.env, signal, note: (text) => io.stderr.write(`${printable(text)}\n`) },
  )
  const client = createClient({
    url: request.url,
    key: request.key,
    batchSize: 200,
    flushMs: 200,
    queueMax: 1_000_000,
    timeoutMs: 10_000,
    fetch: world.fetch,
    onError: ({ code, message }) => status.above(`${printable(`${code}: ${message}`)}\n`),
  })
  try {
    const { task, topic, article } = context
    const about = { key: context.key, task, topic, ...(article === undefined ? {} : { article }) }
    const reader = simulatedReader(request.population, await scorer.open(), about, request.seed)
    const rounds = visitRounds(context, interactions, {
      service,
      now: io.now,
      say: (text) => status.set(text),
      visits: {
        client,
        context: context.key,
        reader,
        // New people each time, or the service's caps for one visitor would leave them out.
        visitorName: `simulated-${derivedSeed(request.seed, Date.now())}`,
        together: request.together,
        readingMs:
          context.config.caps.clickMsMin === 0 ? 0 : context.config.caps.clickMsMin + READING_MORE_MS,
        wait: world.wait,
        signal,
      },
    })
    status.above(headerText(request, context, interactions, scorer.name))
    let arm = await rounds.untilPool()
    for (let done = 0; done <= request.iterations; done++) {
      const counts = await rounds.round()
      status.above(roundText(arm.iteration ?? 0, counts, context))
      // The last pool is visited too, and then left as it is.
      if (done === request.iterations) break
      arm = await rounds.untilRewritten((arm.latestIteration ?? 0) + 1)
    }
    await rounds.untilCounted()
    const statistics = await service.statistics(context.key)
    status.stop()
    io.stdout.write(
      request.isJson
        ? `${JSON.stringify({ context: context.key, ...statistics })}\n`
        : resultText(context, statistics),
    )
  } finally {
    status.stop()
    await client.close()
    await scorer.close()
  }
}

async function created(request: VisitRequest, service: VisitedService): Promise<ServedContext> {
  if (request.topic === undefined) {
    throw new InputError(
      '--topic',
      undefined,
      `there is no context ${request.context} yet; say what it is about, such as --topic Vacuums`,
    )
  }
  const strategy = request.strategy === undefined ? {} : { strategy: request.strategy }
  return service.create({
    key: request.context,
    topic: request.topic,
    config: {
      arms: [
        { key: 'live', share: 1 - request.holdout, ...strategy },
        { key: 'holdout', share: request.holdout, isFrozen: true, ...strategy },
      ],
      due: { interactions: request.interactions },
      attributionWindowSeconds: WINDOW_SECONDS,
      caps: { clickMsMin: 0 },
    },
  })
}

function checked(context: ServedContext): ServedContext {
  const { attributionWindowSeconds } = context.config
  if (attributionWindowSeconds <= WINDOW_SECONDS_MAX) return context
  throw new InputError(
    '--context',
    context.key,
    `its slates take clicks for ${attributionWindowSeconds} seconds, and each round would wait as long; ` +
      'name a new context, which is then made for this',
  )
}

function headerText(
  request: VisitRequest,
  context: ServedContext,
  interactions: number,
  scorer: string,
): string {
  return [
    `Simulated visitors (${request.audienceName}, judged by ${scorer}, seed ${request.seed}) of ${printable(context.key)} at ${request.url}`,
    `${request.iterations} iterations of ${counted(interactions)} visits to the arm ${context.config.arms[0]?.key}`,
    '',
  ].join('\n')
}

function roundText(
  iteration: number,
  counts: ReadonlyMap<string, { slates: number; clicked: number }>,
  context: ServedContext,
): string {
  const parts = context.config.arms.map(({ key }) => {
    const { slates, clicked } = counts.get(key) ?? { slates: 0, clicked: 0 }
    return `${key} ${slates === 0 ? 'no visits' : `${percent(clicked / slates)} of ${counted(slates)}`}`
  })
  return `Pool of iteration ${iteration}: ${parts.join(', ')} clicked\n`
}

/** What the service itself counted: by iteration of the main arm, and as a whole with intervals. */
function resultText(context: ServedContext, statistics: ServedStatistics): string {
  const { arms } = statistics
  const [mainKey, ...others] = context.config.arms.map(({ key }) => key)
  const main = arms.find(({ arm }) => arm === mainKey)
  const holdout = arms.find(({ arm }) => arm === others[0])
  const table = new Table({
    head: ['Iteration', 'Visits', 'CTR', `Points above ${holdout?.arm ?? 'the holdout'}, all its visits`],
    style: { head: [], border: [] },
    colAligns: ['right', 'right', 'right', 'right'],
  })
  for (const { iteration, slates, ctr } of main?.iterations ?? []) {
    const lead = ctr === null || holdout?.ctr == null ? '' : points(ctr - holdout.ctr)
    table.push([iteration, counted(slates), ctr === null ? '' : percent(ctr), lead])
  }
  const lines = [table.toString(), '', ...armLines(arms), ...lookLines(statistics)]
  return `${lines.join('\n')}\n`
}
