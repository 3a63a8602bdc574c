import { expect, test } from 'vitest'
import { InputError } from '../../core/errors.ts'
import { firstProviderInEnvironment, isProviderSpec, resolveProviderSpec } from './provider-config.ts'

test.each([
  [
    'openai:gpt-4.1-mini',
    { OPENAI_API_KEY: ' k ' },
    { provider: 'openai', model: 'gpt-4.1-mini', apiKey: 'k' },
  ],
  [
    'openai:x',
    { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'https://proxy.test/v1/' },
    { baseUrl: 'https://proxy.test/v1' },
  ],
  [
    'anthropic:claude-haiku-4-5',
    { ANTHROPIC_API_KEY: 'k' },
    { provider: 'anthropic', keyName: 'ANTHROPIC_API_KEY' },
  ],
  ['google:gemini', { GEMINI_API_KEY: 'k' }, { provider: 'google', keyName: 'GEMINI_API_KEY' }],
  [
    'bedrock:amazon.nova-lite-v1:0',
    { AWS_REGION: 'eu-west-1', AWS_BEARER_TOKEN_BEDROCK: 'k' },
    { provider: 'bedrock', model: 'amazon.nova-lite-v1:0', apiKey: 'k', aws: { region: 'eu-west-1' } },
  ],
  [
    'bedrock:x',
    { AWS_DEFAULT_REGION: 'r', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's' },
    { aws: { region: 'r', accessKeyId: 'a', secretAccessKey: 's' } },
  ],
  [
    'openai-compatible:qwen3',
    { FORAGE_OPENAI_COMPATIBLE_URL: 'http://127.0.0.1:8080/v1' },
    { name: 'openai-compatible:qwen3', baseUrl: 'http://127.0.0.1:8080/v1' },
  ],
  [
    'ollama:llama3.2:1b',
    {},
    {
      name: 'ollama:llama3.2:1b',
      provider: 'openai-compatible',
      model: 'llama3.2:1b',
      baseUrl: 'http://127.0.0.1:11434/v1',
    },
  ],
  ['ollama:x', { OLLAMA_HOST: '0.0.0.0' }, { baseUrl: 'http://127.0.0.1:11434/v1' }],
  ['ollama:x', { OLLAMA_HOST: 'box:9000' }, { baseUrl: 'http://box:9000/v1' }],
  ['ollama:x', { OLLAMA_HOST: 'https://box.test/ollama/' }, { baseUrl: 'https://box.test/ollama/v1' }],
])('%s with %o', (spec, env, expected) => {
  expect(isProviderSpec(spec)).toBe(true)
  expect(resolveProviderSpec(spec, env)).toMatchObject(expected)
})

test.each([
  ['openai:gpt', {}, 'OPENAI_API_KEY'],
  ['openai:gpt', { OPENAI_API_KEY: '' }, 'OPENAI_API_KEY'],
  ['openai', { OPENAI_API_KEY: 'k' }, 'openai:gpt-4.1-mini'],
  ['google: ', { GEMINI_API_KEY: 'k' }, 'name the model'],
  ['bedrock:x', { AWS_BEARER_TOKEN_BEDROCK: 'k' }, 'AWS_REGION'],
  ['bedrock:x', { AWS_REGION: 'r', AWS_ACCESS_KEY_ID: 'a' }, 'AWS_SECRET_ACCESS_KEY'],
  ['openai-compatible:x', {}, 'FORAGE_OPENAI_COMPATIBLE_URL'],
  ['openai-compatible:x', { FORAGE_OPENAI_COMPATIBLE_URL: 'localhost:80' }, 'http://'],
  ['ollama:x', { OLLAMA_HOST: 'http://' }, 'OLLAMA_HOST'],
  ['mistral:x', {}, 'openai, anthropic'],
])('%s with %o is refused, naming what is missing', (spec, env, words) => {
  const resolve = () => resolveProviderSpec(spec, env, '--scorer')
  expect(resolve).toThrow(InputError)
  expect(resolve).toThrow(words)
})

test('a key with a line end or an odd character is refused without being shown', () => {
  for (const key of ['sk-secret\nsk-other', 'sk-secret…']) {
    const resolve = () => resolveProviderSpec('openai:gpt', { OPENAI_API_KEY: key })
    expect(resolve).toThrow(/^OPENAI_API_KEY: (?!.*secret)/)
  }
})

test('the first provider with a key is the default', () => {
  expect(firstProviderInEnvironment({})).toBeUndefined()
  expect(firstProviderInEnvironment({ OPENAI_API_KEY: ' ' })).toBeUndefined()
  expect(
    firstProviderInEnvironment({ AWS_REGION: 'r', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's' }),
  ).toBeUndefined()
  for (const [variable, spec] of [
    ['OPENAI_API_KEY', 'openai:gpt-4.1-mini'],
    ['ANTHROPIC_API_KEY', 'anthropic:claude-haiku-4-5'],
    ['GOOGLE_API_KEY', 'google:gemini-2.5-flash-lite'],
  ] as const) {
    const env = { [variable]: 'k' }
    expect(firstProviderInEnvironment(env)).toBe(spec)
    expect(resolveProviderSpec(spec, env).name).toBe(spec)
  }
  expect(firstProviderInEnvironment({ AWS_REGION: 'r', AWS_BEARER_TOKEN_BEDROCK: 'k' })).toMatch(/^bedrock:/)
})

test('a local name, a file and the like are no provider', () => {
  for (const spec of ['local', 'local:gemma', 'grammar', 'recorded:answers.jsonl', 'openaix:y']) {
    expect(isProviderSpec(spec)).toBe(false)
  }
})
