import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { catalogue, findModel, type ModelEntry, type ModelFile } from './catalogue.ts'
import { explainDiskError } from './disk.ts'
import { fileSha256 } from './part-file.ts'

/** A model whose files were checked by sha256 and have not been touched since. */
export interface InstalledModel {
  readonly name: string
  readonly role: ModelEntry['role']
  readonly directory: string
  /** Path of the file an engine opens. */
  readonly mainPath: string
  /** Path of each file that is there, by its name in the catalogue. */
  readonly paths: Readonly<Record<string, string>>
}

export interface VerifiedFile {
  readonly file: string
  readonly path: string
  readonly required: boolean
  readonly state: 'intact' | 'wrong' | 'missing'
  readonly sha256: string
  /** What the file on disk has; absent where it is missing or has another size. */
  readonly foundSha256?: string
}

export interface VerifiedModel {
  readonly name: string
  /** Every required file is there and no file is wrong. */
  readonly isIntact: boolean
  /** None of the files is there. */
  readonly isAbsent: boolean
  readonly files: readonly VerifiedFile[]
}

// Written after the sha256 was checked. Size and time of last change say at start-up that it is still the
// same file, without reading a quarter of a gigabyte.
const manifestSchema = z.object({
  files: z.record(z.string(), z.object({ bytes: z.number(), sha256: z.string(), changedMs: z.number() })),
})
type Manifest = z.infer<typeof manifestSchema>

/** Where a model's files lie. */
export function modelDirectory(name: string, directory: string): string {
  return join(directory, name)
}

function manifestPath(name: string, directory: string): string {
  return join(directory, `${name}.json`)
}

/**
 * The model, if it was pulled or verified and its files are as they were then. Cheap: reads no weights.
 *
 * @param directory of all models, from `modelsDirectory`
 * @throws InputError for an unknown name
 */
export async function installedModel(
  name: string,
  directory: string,
  entries: readonly ModelEntry[] = catalogue,
): Promise<InstalledModel | undefined> {
  const entry = findModel(name, entries)
  const manifest = await readManifest(name, directory)
  if (!manifest) return undefined
  const paths: Record<string, string> = {}
  for (const file of entry.files) {
    const path = join(modelDirectory(name, directory), file.name)
    const noted = manifest.files[file.name]
    const found = await stat(path).catch(() => undefined)
    const isSame =
      found !== undefined &&
      noted?.sha256 === file.sha256 &&
      found.size === file.bytes &&
      found.mtimeMs === noted.changedMs
    if (isSame) paths[file.name] = path
    else if (file.required) return undefined
  }
  const mainPath = paths[entry.mainFile]
  if (mainPath === undefined) return undefined
  return { name, role: entry.role, directory: modelDirectory(name, directory), mainPath, paths }
}

async function readManifest(name: string, directory: string): Promise<Manifest | undefined> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(manifestPath(name, directory), 'utf8')))
  } catch {
    // Missing or unreadable: the model counts as not checked, and a pull or verify writes it anew.
    return undefined
  }
}

/**
 * Reads every file of a model and compares sha256. Afterwards the model counts as installed exactly if it is
 * intact: so files that were put there by hand are adopted, and spoilt ones are no longer used.
 */
export async function verifyModel(
  name: string,
  directory: string,
  options: { entries?: readonly ModelEntry[]; signal?: AbortSignal } = {},
): Promise<VerifiedModel> {
  const entry = findModel(name, options.entries)
  const files: VerifiedFile[] = []
  for (const file of entry.files) files.push(await verifyFile(file, name, directory, options.signal))
  const isAbsent = files.every((file) => file.state === 'missing')
  const isIntact = files.every(
    (file) => file.state === 'intact' || (file.state === 'missing' && !file.required),
  )
  if (!isIntact) await rm(manifestPath(name, directory), { force: true }).catch(() => undefined)
  // Not written where nothing changed, so that a directory that may only be read can be verified.
  else if (!(await installedModel(name, directory, options.entries))) await writeManifest(entry, directory)
  return { name, isIntact, isAbsent, files }
}

/** State of one file on disk; a file of another size is wrong without being read. */
export async function verifyFile(
  file: ModelFile,
  name: string,
  directory: string,
  signal?: AbortSignal,
): Promise<VerifiedFile> {
  const path = join(modelDirectory(name, directory), file.name)
  const base = { file: file.name, path, required: file.required, sha256: file.sha256 }
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile()) return { ...base, state: 'missing' }
  if (found.size !== file.bytes) return { ...base, state: 'wrong' }
  const foundSha256 = await fileSha256(path, signal)
  return { ...base, state: foundSha256 === file.sha256 ? 'intact' : 'wrong', foundSha256 }
}

/** Notes size and time of the files that are there, which must just have been checked. */
export async function writeManifest(entry: ModelEntry, directory: string): Promise<void> {
  const files: Manifest['files'] = {}
  for (const file of entry.files) {
    const found = await stat(join(modelDirectory(entry.name, directory), file.name)).catch(() => undefined)
    if (found?.size === file.bytes)
      files[file.name] = { bytes: file.bytes, sha256: file.sha256, changedMs: found.mtimeMs }
  }
  const path = manifestPath(entry.name, directory)
  const fresh = `${path}.${randomUUID()}`
  try {
    await mkdir(directory, { recursive: true })
    await writeFile(fresh, `${JSON.stringify({ files }, undefined, 2)}\n`)
    await rename(fresh, path)
  } catch (error) {
    throw explainDiskError(error, directory)
  }
}
