import { ForageError } from '../core/errors.ts'
import { modelsDirectory } from '../models/cache-directory.ts'
import { installedModel } from '../models/installed.ts'
import type { CliIo } from './io.ts'
import { pullWithProgress } from './models.ts'
import { performRun } from './perform-run.ts'
import { runRequest } from './run-request.ts'

/** What the demo shows; one place to change it. */
const DEMO = { topic: 'Vacuums', audience: 'price', strategy: 'explore-exploit', seed: '1' } as const
const WRITER_MODEL = 'gemma-3-270m'
const ENCODER_MODEL = 'minilm'

export interface DemoFlags {
  readonly writer?: string
  readonly out?: string
  readonly json?: boolean
}

/**
 * `forage demo`: pulls the small models that are missing, then runs the loop on a real shopping category. Each
 * time in a directory of its own, so that each time the model writes; a demo that was broken off goes on.
 */
export async function demoCommand(flags: DemoFlags, io: CliIo): Promise<void> {
  const writer = flags.writer ?? `local:${WRITER_MODEL}`
  const directory = modelsDirectory(io.env.FORAGE_HOME)
  const notes: string[] = []
  let scorer: string | undefined
  if (writer === 'grammar') {
    // The stand-in is for machines without a network: take the encoder if it is there, and pull nothing.
    if ((await installedModel(ENCODER_MODEL, directory)) === undefined) {
      scorer = 'words'
      notes.push(
        'Relevance is by length here (the more words up to 15, the better), because the encoder minilm is not installed: forage models pull minilm',
      )
    }
  } else if (!writer.startsWith('recorded:')) {
    if (writer === 'local' || writer === `local:${WRITER_MODEL}`) await pull(WRITER_MODEL, directory, io)
    await pull(ENCODER_MODEL, directory, io)
  }
  const request = await runRequest(
    {
      ...DEMO,
      writer,
      ...(scorer === undefined ? {} : { scorer }),
      ...(flags.out === undefined ? {} : { out: flags.out }),
      ...(flags.json === undefined ? {} : { json: flags.json }),
    },
    io,
  )
  const directoryBase = `runs/demo-${DEMO.topic.toLowerCase()}-${DEMO.audience}`
  await performRun({ ...request, directoryBase }, io, { replaysFinished: false, notes })
}

async function pull(name: string, directory: string, io: CliIo): Promise<void> {
  const environment = { forageHome: io.env.FORAGE_HOME, hubEndpoint: io.env.HF_ENDPOINT }
  const stderr = {
    write: (text: string) => io.stderr.write(text),
    ...(io.stderr.isTTY === undefined ? {} : { isTTY: io.stderr.isTTY }),
    ...(io.stderr.columns === undefined ? {} : { columns: io.stderr.columns }),
  }
  try {
    await pullWithProgress(name, 'auto', directory, { environment, stderr, signal: io.signal })
  } catch (error) {
    if (!(error instanceof ForageError) || error.code !== 'model-unreachable') throw error
    throw new ForageError(
      error.code,
      `${error.message}\nTo see the loop without any model or network: forage demo --writer grammar`,
      { cause: error, isRetryable: true },
    )
  }
}
