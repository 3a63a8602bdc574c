import { availableParallelism } from 'node:os'
import { basename, join } from 'node:path'
import { ForageError, InputError } from '../core/errors.ts'
import { catalogue, findModel } from '../models/catalogue.ts'
import { type InstalledModel, installedModel } from '../models/installed.ts'
import { providerModel, providers } from './provider.ts'
import { afterColon, type Resources, type WriterChoice } from './resources.ts'

/** The writer that `--writer` names, or the first that is there: a provider key, else local weights. */
export async function chosenWriter(resources: Resources): Promise<WriterChoice> {
  const { wanted, host, recorded } = resources
  if (recorded !== undefined) {
    const writer = (await import('../adapters/writer/recorded.ts')).recordedWriter(recorded)
    return { name: writer.name, open: async () => writer }
  }
  const { firstProviderInEnvironment, isProviderSpec } = await providers()
  const spec = wanted.writer ?? firstProviderInEnvironment(host.env) ?? 'local'
  if (spec === 'grammar') {
    const writer = (await import('../adapters/writer/grammar.ts')).grammarWriter()
    return { name: writer.name, open: async () => writer }
  }
  if (spec === 'local' || spec.startsWith('local:')) return localChoice(spec, resources)
  if (isProviderSpec(spec)) {
    const model = await providerModel(spec, '--writer', host)
    const { chatWriter } = await import('../adapters/writer/chat.ts')
    return { name: model.name, open: async () => chatWriter(model) }
  }
  throw new InputError(
    '--writer',
    spec,
    'give local, local:NAME, local:FILE.gguf, local:hf:URI, grammar, recorded:FILE, or a provider and its model, such as openai:gpt-4.1-mini',
  )
}

async function localChoice(spec: string, resources: Resources): Promise<WriterChoice> {
  const { host } = resources
  const given = afterColon(spec, 'local')
  const { hubModelFile, modelFingerprint } = await import('../adapters/writer/local-model-file.ts')
  let modelPath: string
  let modelName: string
  if (given === undefined || given === '') {
    const installed = await installedWriter(resources)
    if (installed === undefined) throw noWriter(resources.wanted.writer !== undefined)
    modelPath = installed.mainPath
    modelName = installed.name
  } else if (given.startsWith('hf:')) {
    const directory = join(resources.modelsDirectory, 'hub')
    let tenth = -1
    modelPath = await hubModelFile(
      given,
      directory,
      (done, total) => {
        const now = Math.floor((10 * done) / Math.max(1, total))
        if (now !== tenth) host.progress?.(`${given}: ${now * 10} % of ${(total / 1e6).toFixed(0)} MB`)
        tenth = now
      },
      host.signal,
    )
    modelName = `${given}@${await modelFingerprint(modelPath)}`
  } else if (/\.gguf$/i.test(given) || /[/\\]/.test(given)) {
    modelPath = given
    modelName = `${basename(given)}@${await modelFingerprint(given)}`
  } else {
    const entry = findModel(given)
    if (entry.role !== 'writer')
      throw new InputError('--writer', spec, `${given} is an encoder; it cannot write`)
    modelPath = (await needed(given, resources)).mainPath
    modelName = given
  }
  const gpu = gpuSetting(host.env.FORAGE_GPU)
  return {
    name: `local:${modelName}`,
    open: async (requestsAtOnce = 1) =>
      (await import('../adapters/writer/local.ts')).localWriter(
        // More than there are cores would take memory and gain nothing.
        { modelPath, modelName, gpu, parallelRequests: Math.min(requestsAtOnce, availableParallelism()) },
        host.signal,
      ),
  }
}

async function installedWriter(resources: Resources): Promise<InstalledModel | undefined> {
  for (const { name, role } of catalogue) {
    const installed = role === 'writer' ? await installedModel(name, resources.modelsDirectory) : undefined
    if (installed !== undefined) return installed
  }
  return undefined
}

async function needed(name: string, { modelsDirectory: directory }: Resources): Promise<InstalledModel> {
  const installed = await installedModel(name, directory)
  if (installed !== undefined) return installed
  throw new ForageError(
    'model-missing',
    `${name} is not installed in ${directory}: run forage models pull ${name}`,
  )
}

function noWriter(isNamed: boolean): ForageError {
  return new ForageError(
    'no-writer',
    `${isNamed ? '--writer: "local": no local weights are installed' : 'There is no writer: no provider key in the environment, and no local weights'}. Do one of these:\n` +
      '  forage models pull gemma-3-270m    a small model on this machine (253 MB)\n' +
      '  set OPENAI_API_KEY, ANTHROPIC_API_KEY or GEMINI_API_KEY\n' +
      '  --writer local:FILE.gguf           any other model file\n' +
      '  --writer grammar                   no language model: a stand-in, to see the loop at work',
  )
}

function gpuSetting(value: string | undefined): false | 'auto' {
  const given = value?.trim() ?? ''
  if (given === 'auto') return 'auto'
  if (['', 'false', 'off', '0'].includes(given)) return false
  throw new InputError('FORAGE_GPU', value, 'give auto, or off')
}
