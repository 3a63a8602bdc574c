import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface SlateLoad {
  readonly requestsPerSecond: number
  readonly p99Ms: number
}

/**
 * Asks for slates over 32 connections with wrk, from one thread.
 *
 * @throws Error when wrk is not there, or an answer was no success
 */
export async function slateLoad(
  port: number,
  options: { readonly contexts: number; readonly key: string; readonly seconds: number },
): Promise<SlateLoad> {
  const script = fileURLToPath(new URL('./slates.lua', import.meta.url))
  const args = `-t1 -c32 -d${options.seconds}s --latency -s ${script} http://127.0.0.1:${port}`.split(' ')
  const { stdout } = await run('wrk', [...args, '--', String(options.contexts), options.key]).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT')
        throw new Error('wrk is not there; install it (Debian: apt-get install wrk)')
      throw error
    },
  )
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`wrk: not every answer was good:\n${stdout}`)
  const requestsPerSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1])
  const [, p99 = '', unit = ''] = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout) ?? []
  const p99Ms = Number(p99) * ({ us: 0.001, ms: 1, s: 1000 }[unit] ?? Number.NaN)
  if (!(requestsPerSecond > 0 && p99Ms > 0)) throw new Error(`wrk: cannot be read:\n${stdout}`)
  return { requestsPerSecond, p99Ms }
}

/** Events of a batch. */
export const BATCH = 100
/** Events that a slate gives: seen as a whole, each item seen, one clicked. */
const EVENTS_A_SLATE = 5

/** Bodies of batches of 100 events, each with slates of its own; `count` of them. */
export async function eventBatches(
  port: number,
  { contexts, key, count }: { readonly contexts: number; readonly key: string; readonly count: number },
): Promise<string[]> {
  const headers = { authorization: `Bearer ${key}` }
  const bodies: string[] = []
  while (bodies.length < count) {
    const slates = await Promise.all(
      Array.from({ length: BATCH / EVENTS_A_SLATE }, async () => {
        const context = `context-${Math.floor(Math.random() * contexts)}`
        const answer = await fetch(`http://127.0.0.1:${port}/v1/contexts/${context}/slate?size=3`, {
          headers,
        })
        return (await answer.json()) as { token: string; items: { id: string }[] }
      }),
    )
    const events = slates.flatMap(({ token, items }) => [
      { id: 'seen', type: 'impression', token },
      ...items.map(({ id }) => ({ id: `seen-${id}`, type: 'impression', token, item: id })),
      { id: 'clicked', type: 'click', token, item: items[0]?.id },
    ])
    bodies.push(JSON.stringify(events))
  }
  return bodies
}

/**
 * Sends batches, `perSecond` events a second, or as fast as they are taken when that is left out.
 *
 * @returns events a second
 * @throws Error when one was not accepted
 */
export async function sendBatches(
  port: number,
  bodies: readonly string[],
  options: { readonly key: string; readonly perSecond?: number; readonly together: number },
): Promise<number> {
  const headers = { authorization: `Bearer ${options.key}`, 'content-type': 'application/json' }
  const start = performance.now()
  let started = 0
  const worker = async () => {
    while (started < bodies.length) {
      const turn = started++
      if (options.perSecond !== undefined) {
        const dueMs = start + ((turn * BATCH) / options.perSecond) * 1000
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())))
      }
      const body = bodies[turn] as string
      const answer = await fetch(`http://127.0.0.1:${port}/v1/events`, { method: 'POST', headers, body })
      const text = await answer.text()
      if (answer.status !== 200 || text.split('"accepted"').length !== BATCH + 1) {
        throw new Error(`events: ${answer.status} ${text.slice(0, 300)}`)
      }
    }
  }
  await Promise.all(Array.from({ length: options.together }, worker))
  return (bodies.length * BATCH * 1000) / (performance.now() - start)
}
