import { createRequire } from 'node:module'
import { join } from 'node:path'
import { cacheDirectory } from '../models/cache-directory.ts'
import { findModel } from '../models/catalogue.ts'
import { installedModel } from '../models/installed.ts'
import type { Encoder } from '../ports/encoder.ts'
import type { KeptAnswers } from '../ports/kept-answers.ts'
import type { ModelsHost, Resources } from './resources.ts'

/** The pulled MiniLM, or what is missing and how to get it. */
export function minilm(resources: Resources): Promise<Encoder | { readonly missing: string }> {
  resources.minilm ??= (async () => {
    // A deployment may leave the optional engines out, and then weights are of no use.
    if (!isInstalled('onnxruntime-node')) {
      return { missing: 'the package onnxruntime-node, which is not there: run npm install onnxruntime-node' }
    }
    const installed = await installedModel('minilm', resources.modelsDirectory)
    if (installed === undefined) {
      const missing = `minilm, which is not installed in ${resources.modelsDirectory}: run forage models pull minilm`
      return { missing }
    }
    const { minilmEncoder } = await import('../adapters/encoder/minilm.ts')
    const tokenizerPath = installed.paths['tokenizer.json'] as string
    const encoder = minilmEncoder({ modelPath: installed.mainPath, tokenizerPath })
    resources.closing.push(() => encoder.close())
    const store = await keptAnswers(resources)
    if (store === undefined) return encoder
    const { keptEncoder } = await import('../adapters/encoder/kept.ts')
    const fingerprint = findModel('minilm').files.find(({ name }) => name === 'model.onnx')?.sha256 ?? ''
    return keptEncoder(encoder, store, { fingerprint })
  })()
  return resources.minilm
}

/** One store for all that models were asked, in all runs and processes. */
export function keptAnswersDirectory({ env }: Pick<ModelsHost, 'env'>): string {
  return join(cacheDirectory(env.FORAGE_HOME), 'kept-answers')
}

/** Relevance and embeddings of earlier runs. A store that fails costs time and nothing else, so it never fails a run. */
export function keptAnswers(resources: Resources): Promise<KeptAnswers | undefined> {
  const { host } = resources
  resources.store ??= (async () => {
    const directory = keptAnswersDirectory(host)
    let told = false
    const tell = (error: unknown) => {
      if (!told) host.note(`${(error as Error).message}; going on without it`)
      told = true
    }
    try {
      const store = (await import('../adapters/kept-answers/lmdb.ts')).lmdbKeptAnswers({ directory })
      resources.closing.push(() => store.close())
      return { ...store, put: (key: string, value: Uint8Array) => store.put(key, value).catch(tell) }
    } catch (error) {
      tell(error)
      return undefined
    }
  })()
  return resources.store
}

function isInstalled(packageName: string): boolean {
  try {
    createRequire(import.meta.url).resolve(packageName)
    return true
  } catch {
    return false
  }
}
