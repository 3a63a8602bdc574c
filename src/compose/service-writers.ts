import { tracedWriter } from '../adapters/writer/traced.ts'
import { ForageError, InputError } from '../core/errors.ts'
import { modelsDirectory } from '../models/cache-directory.ts'
import type { Encoder } from '../ports/encoder.ts'
import type { Writer } from '../ports/writer.ts'
import { providers } from './provider.ts'
import type { ModelsHost, Resources, WriterChoice } from './resources.ts'
import { chosenEncoder } from './scorer.ts'
import { chosenWriter } from './writer.ts'

/** The writers of a node: its own, and those that the arms of contexts name. Each is loaded when it is first needed. */
export interface ServiceWriters {
  /** The node's own: `local:gemma-3-270m`; undefined when there is none. */
  readonly own: string | undefined
  /** True for the stand-in that is no language model. */
  readonly isStandIn: boolean
  /** Finds near-duplicates by meaning; absent when there is none. */
  readonly encoder?: Encoder
  /**
   * @param name as a configuration has it; the node's own for undefined
   * @throws ForageError when it cannot be had
   */
  writerOf(name: string | undefined): Promise<Writer>
  /**
   * Refuses a name that no configuration may have. Files and recordings of this machine are for the command line:
   * who may change a context is not one who may read any file.
   *
   * @throws InputError
   */
  checkWriter(name: string, field: string): void
  close(): Promise<void>
}

/** @throws InputError, ForageError for a `wanted` writer that cannot be had; without one, no writer is no failure */
export async function serviceWriters(wanted: string | undefined, host: ModelsHost): Promise<ServiceWriters> {
  const closing: Resources['closing'] = []
  const resourcesFor = (writer: string | undefined): Resources => ({
    wanted: { writer, seed: 0 },
    host,
    modelsDirectory: modelsDirectory(host.env.FORAGE_HOME),
    closing,
  })
  const { isProviderSpec } = await providers()
  const own = await ownWriter(wanted, resourcesFor(wanted))
  const encoder = await (await chosenEncoder(resourcesFor(wanted)))?.open()
  const open = new Map<string | undefined, Promise<Writer>>()

  const opened = async (name: string | undefined): Promise<Writer> => {
    const choice = name === undefined ? own : await chosenWriter(resourcesFor(name)).catch(asOfAnArm)
    if (choice === undefined) throw new ForageError('no-writer', NO_WRITER)
    const writer = tracedWriter(await choice.open())
    closing.push(() => writer.close())
    return writer
  }
  return {
    own: own?.name,
    isStandIn: own?.name === 'grammar',
    ...(encoder === undefined ? {} : { encoder }),
    writerOf(name) {
      const there = open.get(name)
      if (there !== undefined) return there
      const opening = opened(name)
      open.set(name, opening)
      // What is missing now may be there next time.
      opening.catch(() => open.delete(name))
      return opening
    },
    checkWriter(name, field) {
      const isPulled = /^local(:[a-z0-9][a-z0-9.-]*)?$/.test(name) && !name.endsWith('.gguf')
      if (name === 'grammar' || isPulled || isProviderSpec(name)) return
      throw new InputError(
        field,
        name,
        'give grammar, local, local:NAME of a pulled model, or a provider and its model, such as openai:gpt-4.1-mini',
      )
    },
    async close() {
      for (const one of closing.splice(0).reverse()) await one()
    },
  }
}

/** What is wrong with a writer is told of the configuration that names it, not of the command line. */
function asOfAnArm(error: unknown): never {
  if (!(error instanceof InputError) || error.field !== '--writer') throw error
  throw new ForageError('no-writer', error.message.replace(/^--writer: /, 'writer: '), { cause: error })
}

const NO_WRITER =
  'this node has no writer: run forage models pull gemma-3-270m, set a provider key, or start it with --writer'

async function ownWriter(
  wanted: string | undefined,
  resources: Resources,
): Promise<WriterChoice | undefined> {
  if (wanted?.startsWith('recorded:')) {
    throw new InputError('--writer', wanted, 'recorded answers are for runs of the lab; give another writer')
  }
  try {
    return await chosenWriter(resources)
  } catch (error) {
    if (wanted === undefined && error instanceof ForageError && error.code === 'no-writer') return undefined
    throw error
  }
}
