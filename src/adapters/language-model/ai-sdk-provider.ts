import type { LanguageModel as SdkModel } from 'ai'
import type { ProviderConfig } from './provider-config.ts'

/** The AI SDK's model object, without the shortcut by name, which would go through a gateway. */
export type SdkModelObject = Extract<SdkModel, { specificationVersion: 'v3' }>

/**
 * The AI SDK's model for a configuration. Each provider's package is loaded only when it is used: together
 * they would slow every start.
 *
 * OpenAI is asked through its chat API, not the newer responses API, because only the former takes a seed.
 *
 * @param structured false for servers that refuse a JSON schema (`openai-compatible` only): they are asked for
 * JSON without one
 */
export async function sdkModel(
  config: ProviderConfig,
  fetch: typeof globalThis.fetch,
  structured: boolean,
): Promise<SdkModelObject> {
  const { model, apiKey, baseUrl } = config
  const access = {
    fetch,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
  }
  switch (config.provider) {
    case 'openai':
      return (await import('@ai-sdk/openai')).createOpenAI(access).chat(model)
    case 'anthropic':
      return (await import('@ai-sdk/anthropic')).createAnthropic(access)(model)
    case 'google':
      return (await import('@ai-sdk/google')).createGoogleGenerativeAI(access)(model)
    case 'bedrock':
      return (await import('@ai-sdk/amazon-bedrock')).createAmazonBedrock({ ...access, ...config.aws })(model)
    case 'openai-compatible':
      if (baseUrl === undefined) throw new RangeError(`${config.name}: openai-compatible needs a baseUrl`)
      return (await import('@ai-sdk/openai-compatible')).createOpenAICompatible({
        ...access,
        baseURL: baseUrl,
        name: 'openai-compatible',
        supportsStructuredOutputs: structured,
      })(model)
  }
}
