import { minilmEncoder } from '../adapters/encoder/minilm.ts'
import { ForageError } from '../core/errors.ts'
import { modelsDirectory } from '../models/cache-directory.ts'
import { findModel } from '../models/catalogue.ts'
import { type InstalledModel, installedModel } from '../models/installed.ts'
import type { Encoder } from '../ports/encoder.ts'

/**
 * A pulled model, for tests and for commands that make sense only with real weights. Looks where the program
 * itself looks: in FORAGE_HOME, else in the platform's cache directory.
 *
 * @throws ForageError `model-missing` that says how to pull it: such a test fails rather than being skipped
 */
export async function requiredModel(name: string): Promise<InstalledModel> {
  const directory = modelsDirectory(process.env.FORAGE_HOME)
  const model = await installedModel(findModel(name).name, directory)
  if (model !== undefined) return model
  throw new ForageError(
    'model-missing',
    `the model ${name} is not in ${directory}; run \`npx forage models pull ${name}\` first`,
  )
}

/** The pulled MiniLM. The caller closes it. */
export async function requiredMinilm(): Promise<Encoder> {
  const model = await requiredModel('minilm')
  return minilmEncoder({
    modelPath: model.mainPath,
    tokenizerPath: model.paths['tokenizer.json'] as string,
  })
}
