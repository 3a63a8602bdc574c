import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { InputError } from '../../core/errors.ts'
import { givenFile, mistakeIn } from '../given-file.ts'
import { parsedJson } from '../json-text.ts'
import { type CheckedRun, describedPersona } from './finished-run.ts'

/** Files that an experiment, such as `forage lab table5`, leaves behind. */
export const EXPERIMENT_FILES = ['config.json', 'runs.jsonl'] as const

const CONFIGURATION_BYTES_MAX = 100_000_000

const configuration = z.object({
  writer: z.string(),
  scorer: z.string(),
  domains: z.record(
    z.string(),
    z.object({
      task: z.object({ key: z.string() }),
      audiences: z.record(
        z.string(),
        z.object({ personas: z.array(z.object({ name: z.string(), description: z.string() })).min(1) }),
      ),
    }),
  ),
})

const pool = z.array(z.object({ text: z.string(), relevance: z.number().min(1).max(10).nullable() })).min(1)

/** A finished run; lines of other kinds, such as of a run that failed, are passed over, as are
 * runs with settings varied: beside those as planned they would be the same cases again. */
const finishedLine = z.object({
  domain: z.string(),
  topic: z.string(),
  audience: z.string(),
  strategy: z.string(),
  seed: z.number(),
  poolCtrs: z.array(z.number().min(0).max(1)).min(1),
  firstPool: pool,
  lastPool: pool,
})

type Configuration = z.infer<typeof configuration>

/**
 * The finished runs of an experiment. Its file keeps the first and the last pool of each, so these are the texts.
 * A last line that a kill left half written is dropped.
 *
 * @throws InputError naming file, line, field, value and what to do
 */
export async function experimentRuns(directory: string): Promise<CheckedRun[]> {
  const configurationPath = join(directory, EXPERIMENT_FILES[0])
  const bytes = await givenFile(configurationPath, 'directory', readFile, CONFIGURATION_BYTES_MAX)
  const value = parsedJson(bytes, configurationPath)
  const parsed = configuration.safeParse(value)
  if (!parsed.success) throw mistakeIn(configurationPath, value, parsed.error)
  const path = join(directory, EXPERIMENT_FILES[1])
  const runs: CheckedRun[] = []
  let number = 0
  let torn: InputError | undefined
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    throw new InputError('directory', path, `cannot be read (${cause.code}); check its rights`, { cause })
  })
  for await (const line of file.readLines()) {
    if (torn !== undefined) throw torn
    number += 1
    const place = `${path}, line ${number}`
    let read: unknown
    try {
      read = JSON.parse(line)
    } catch (cause) {
      torn = new InputError(place, line, 'is not JSON; give a directory that an experiment wrote', { cause })
      continue
    }
    const { kind, variant } = (read ?? {}) as { kind?: unknown; variant?: unknown }
    if (kind === 'finished' && variant === undefined) runs.push(runOf(read, place, parsed.data))
  }
  return runs
}

function runOf(line: unknown, place: string, { writer, scorer, domains }: Configuration): CheckedRun {
  const parsed = finishedLine.safeParse(line)
  if (!parsed.success) throw mistakeIn(place, line, parsed.error)
  const { domain, topic, audience, strategy, seed, poolCtrs, firstPool, lastPool } = parsed.data
  const { task, audiences } = domains[domain] ?? {}
  const personas = audiences?.[audience]?.personas
  if (task === undefined || personas === undefined) {
    throw new InputError(
      place,
      `${domain}, ${audience}`,
      'config.json beside it has no such audience; give files of one experiment',
    )
  }
  const texts = new Map<string, number>()
  for (const { text, relevance } of [...firstPool, ...lastPool])
    if (relevance !== null) texts.set(text, relevance)
  const shown = (iteration: number, entries: z.infer<typeof pool>) => ({
    iteration,
    poolCtr: poolCtrs[iteration] as number,
    texts: entries.map(({ text }) => text),
  })
  return {
    task: task.key,
    topic,
    article: undefined,
    people: personas.map(describedPersona),
    strategy,
    seed,
    writer,
    writerIsStandIn: writer === 'grammar',
    scorer,
    texts: [...texts].map(([text, relevance]) => ({ text, relevance })),
    first: shown(0, firstPool),
    last: shown(poolCtrs.length - 1, lastPool),
  }
}
