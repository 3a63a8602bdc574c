import { expect, test } from 'vitest'
import { sdkModel } from './ai-sdk-provider.ts'
import type { ProviderConfig } from './provider-config.ts'

const AWS = { region: 'eu-west-1' }

test.each<[Omit<ProviderConfig, 'name' | 'model'>, string]>([
  [{ provider: 'openai', apiKey: 'k' }, 'openai.chat'],
  [{ provider: 'anthropic', apiKey: 'k' }, 'anthropic.messages'],
  [{ provider: 'google', apiKey: 'k' }, 'google.generative-ai'],
  [{ provider: 'bedrock', apiKey: 'k', aws: AWS }, 'amazon-bedrock'],
  [{ provider: 'openai-compatible', baseUrl: 'http://127.0.0.1:1/v1' }, 'openai-compatible.chat'],
])('%o', async (config, provider) => {
  const model = await sdkModel({ ...config, name: 'n', model: 'm' }, globalThis.fetch, true)
  expect(model).toMatchObject({ specificationVersion: 'v3', provider, modelId: 'm' })
})

/** The four providers with an API of their own are asked at addresses of their own; nothing leaves the machine here. */
test.each<[Omit<ProviderConfig, 'name' | 'model'>, string]>([
  [{ provider: 'openai', apiKey: 'k' }, 'https://api.openai.com/v1/chat/completions'],
  [{ provider: 'anthropic', apiKey: 'k' }, 'https://api.anthropic.com/v1/messages'],
  [
    { provider: 'google', apiKey: 'k' },
    'https://generativelanguage.googleapis.com/v1beta/models/m:generateContent',
  ],
  [
    { provider: 'bedrock', apiKey: 'k', aws: AWS },
    'https://bedrock-runtime.eu-west-1.amazonaws.com/model/m/converse',
  ],
])('%o goes through the fetch that was given', async (config, address) => {
  const addresses: string[] = []
  const fetch: typeof globalThis.fetch = async (input) => {
    addresses.push(String(input))
    return new Response('{}', { status: 500 })
  }
  const model = await sdkModel({ ...config, name: 'n', model: 'm' }, fetch, true)
  const call = model.doGenerate({ prompt: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }] })
  await expect(call).rejects.toMatchObject({ statusCode: 500 })
  expect(addresses).toEqual([address])
})
