import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { modelsDirectory } from '../src/models/cache-directory.ts'
import { catalogue } from '../src/models/catalogue.ts'
import { installedModel } from '../src/models/installed.ts'
import { pullModel } from '../src/models/pull.ts'

const SDK_BUILD = fileURLToPath(new URL('../sdk/build.js', import.meta.url))

/**
 * The tests run the real models: they are pulled once, into the same directory as the program's own. Pages in tests
 * load the client as it is built.
 */
export default async function setup(): Promise<void> {
  await promisify(execFile)(process.execPath, [SDK_BUILD])
  const directory = modelsDirectory(process.env.FORAGE_HOME)
  for (const { name } of catalogue) {
    if ((await installedModel(name, directory)) !== undefined) continue
    console.error(`Pulling ${name} into ${directory}, once, for the tests ...`)
    await pullModel(name, { directory })
  }
}
