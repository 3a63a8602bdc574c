import type { LanguageModel } from '../ports/language-model.ts'
import type { ModelsHost } from './resources.ts'

/** The model that `PROVIDER:MODEL` names, with its retries told to the person. */
export async function providerModel(spec: string, field: string, host: ModelsHost): Promise<LanguageModel> {
  const { resolveProviderSpec } = await providers()
  const { aiSdkLanguageModel } = await import('../adapters/language-model/ai-sdk.ts')
  return aiSdkLanguageModel(resolveProviderSpec(spec, host.env, field), {
    retry: {
      onRetry: ({ attempt, attemptsMax, waitMs, reason }) =>
        host.note(`${reason}; try ${attempt + 1} of ${attemptsMax} in ${(waitMs / 1000).toFixed(1)} s`),
    },
  })
}

/** Loaded when needed. */
export function providers() {
  return import('../adapters/language-model/provider-config.ts')
}
