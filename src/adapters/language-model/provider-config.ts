import { InputError } from '../../core/errors.ts'

/** The providers a model can be asked at. `openai-compatible` is any address that speaks OpenAI's chat API. */
type ProviderKey = 'openai' | 'anthropic' | 'google' | 'bedrock' | 'openai-compatible'

/** Which model to ask, where, and with what key. Holds secrets: never print it. */
export interface ProviderConfig {
  /** As the person wrote it: `openai:gpt-4.1-mini`. */
  readonly name: string
  readonly provider: ProviderKey
  readonly model: string
  readonly apiKey?: string
  /** Where the key comes from, for messages: `OPENAI_API_KEY`. */
  readonly keyName?: string
  /** Address of the API, where it is not the provider's own. */
  readonly baseUrl?: string
  /** Bedrock only: where it runs, and the key pair used when there is no `apiKey`. */
  readonly aws?: {
    readonly region: string
    readonly accessKeyId?: string
    readonly secretAccessKey?: string
    readonly sessionToken?: string
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/** What people may write before the colon. */
const SPEC_NAMES = ['openai', 'anthropic', 'google', 'bedrock', 'openai-compatible', 'ollama'] as const
type SpecName = (typeof SPEC_NAMES)[number]

const KEY_VARIABLES = {
  openai: ['OPENAI_API_KEY'],
  anthropic: ['ANTHROPIC_API_KEY'],
  google: ['GOOGLE_GENERATIVE_AI_API_KEY', 'GEMINI_API_KEY', 'GOOGLE_API_KEY'],
} as const
const ADDRESS_VARIABLES = {
  openai: 'OPENAI_BASE_URL',
  anthropic: 'ANTHROPIC_BASE_URL',
  google: 'GOOGLE_GENERATIVE_AI_BASE_URL',
} as const
const BEDROCK_KEY = 'AWS_BEARER_TOKEN_BEDROCK'
const COMPATIBLE_ADDRESS = 'FORAGE_OPENAI_COMPATIBLE_URL'
const COMPATIBLE_KEY = 'FORAGE_OPENAI_COMPATIBLE_KEY'

/** True for `openai:...`, `ollama:...` and the like, so for what `resolveProviderSpec` is made for. */
export function isProviderSpec(spec: string): boolean {
  return SPEC_NAMES.some((name) => spec === name || spec.startsWith(`${name}:`))
}

/**
 * `PROVIDER:MODEL` with keys and addresses from the environment, ready to ask.
 *
 * @param spec such as `openai:gpt-4.1-mini`, `openai-compatible:qwen3`, `ollama:llama3.2`
 * @param field the flag it was given with, for messages
 * @throws InputError naming what is missing: an unknown provider, no model, no key, no address
 */
export function resolveProviderSpec(spec: string, env: Environment, field = '--writer'): ProviderConfig {
  const colon = spec.indexOf(':')
  const provider = (colon < 0 ? spec : spec.slice(0, colon)) as SpecName
  const model = colon < 0 ? '' : spec.slice(colon + 1).trim()
  if (!SPEC_NAMES.includes(provider)) {
    throw new InputError(field, spec, `unknown provider; give one of ${SPEC_NAMES.join(', ')}, then :MODEL`)
  }
  if (model === '') {
    throw new InputError(field, spec, `name the model too, such as ${provider}:${EXAMPLE_MODELS[provider]}`)
  }
  const name = `${provider}:${model}`
  const missing = (advice: string) => new InputError(field, spec, advice)
  switch (provider) {
    case 'openai':
    case 'anthropic':
    case 'google': {
      const key = firstSet(KEY_VARIABLES[provider], env)
      if (key === undefined) {
        throw missing(`no key in the environment; set ${KEY_VARIABLES[provider].join(' or ')}`)
      }
      const baseUrl = setValue(env, ADDRESS_VARIABLES[provider])
      return {
        name,
        provider,
        model,
        apiKey: key.value,
        keyName: key.variable,
        ...(baseUrl === undefined ? {} : { baseUrl: checkedAddress(ADDRESS_VARIABLES[provider], baseUrl) }),
      }
    }
    case 'bedrock':
      return { name, provider, model, ...bedrockAccess(env, missing) }
    case 'openai-compatible': {
      const address = setValue(env, COMPATIBLE_ADDRESS)
      if (address === undefined) {
        throw missing(
          `no address; set ${COMPATIBLE_ADDRESS}, such as http://127.0.0.1:8080/v1 (and ${COMPATIBLE_KEY} if it wants a key)`,
        )
      }
      const apiKey = setValue(env, COMPATIBLE_KEY)
      return {
        name,
        provider,
        model,
        baseUrl: checkedAddress(COMPATIBLE_ADDRESS, address),
        keyName: COMPATIBLE_KEY,
        ...(apiKey === undefined ? {} : { apiKey }),
      }
    }
    case 'ollama':
      return {
        name,
        provider: 'openai-compatible',
        model,
        baseUrl: ollamaAddress(setValue(env, 'OLLAMA_HOST')),
      }
  }
}

const EXAMPLE_MODELS: Readonly<Record<SpecName, string>> = {
  openai: 'gpt-4.1-mini',
  anthropic: 'claude-haiku-4-5',
  google: 'gemini-2.5-flash-lite',
  bedrock: 'amazon.nova-lite-v1:0',
  'openai-compatible': 'MODEL',
  ollama: 'MODEL',
}

/**
 * The provider to use when none is named: the first whose key is in the environment, with a small model that
 * does not think before it answers, since the texts are short. AWS key pairs do not count: many machines carry
 * them for other reasons.
 */
export function firstProviderInEnvironment(env: Environment): string | undefined {
  for (const provider of ['openai', 'anthropic', 'google'] as const) {
    if (firstSet(KEY_VARIABLES[provider], env) !== undefined) return `${provider}:${EXAMPLE_MODELS[provider]}`
  }
  if (setValue(env, BEDROCK_KEY) !== undefined && awsRegion(env) !== undefined) {
    return `bedrock:${EXAMPLE_MODELS.bedrock}`
  }
  return undefined
}

function bedrockAccess(env: Environment, missing: (advice: string) => InputError) {
  const region = awsRegion(env)
  if (region === undefined) throw missing('no region in the environment; set AWS_REGION, such as eu-west-1')
  const apiKey = setValue(env, BEDROCK_KEY)
  if (apiKey !== undefined) return { apiKey, keyName: BEDROCK_KEY, aws: { region } }
  const accessKeyId = setValue(env, 'AWS_ACCESS_KEY_ID')
  const secretAccessKey = setValue(env, 'AWS_SECRET_ACCESS_KEY')
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw missing(
      `no key in the environment; set ${BEDROCK_KEY}, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`,
    )
  }
  const sessionToken = setValue(env, 'AWS_SESSION_TOKEN')
  return {
    keyName: 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    aws: {
      region,
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
    },
  }
}

function awsRegion(env: Environment): string | undefined {
  return setValue(env, 'AWS_REGION') ?? setValue(env, 'AWS_DEFAULT_REGION')
}

/** Ollama's own variable takes `host`, `host:port` or a URL; its chat API is under `/v1`. */
function ollamaAddress(host: string | undefined): string {
  if (host === undefined) return 'http://127.0.0.1:11434/v1'
  const url = new URL(checkedAddress('OLLAMA_HOST', host.includes('://') ? host : `http://${host}`))
  // A URL without a port means Ollama's port only when no scheme was written.
  if (url.port === '' && !host.includes('://')) url.port = '11434'
  // The server may listen on every address; a client cannot ask at that one.
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1'
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}/v1`
}

function checkedAddress(variable: string, address: string): string {
  let url: URL
  try {
    url = new URL(address)
  } catch (cause) {
    throw new InputError(variable, address, 'give an address that starts with http:// or https://', { cause })
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new InputError(variable, address, 'give an address that starts with http:// or https://')
  }
  return address.replace(/\/+$/, '')
}

function firstSet(variables: readonly string[], env: Environment) {
  for (const variable of variables) {
    const value = setValue(env, variable)
    if (value !== undefined) return { variable, value }
  }
  return undefined
}

/**
 * An empty variable counts as not set. No key or address holds other than printable ASCII; one that does would
 * fail later, in words nobody understands. Its value is not shown: it may be a key.
 */
function setValue(env: Environment, variable: string): string | undefined {
  const value = env[variable]?.trim()
  if (value === undefined || value === '') return undefined
  if (!/^[\x20-\x7e]+$/.test(value)) {
    throw new InputError(variable, 'a value with line ends or odd characters', 'copy it again, on one line')
  }
  return value
}
