import { InputError } from '../core/errors.ts'
import type { Environment } from './resources.ts'
import { type StorePlace, storePlace } from './store.ts'

/** What `forage serve` was given, as texts. */
export interface ServeFlags {
  readonly data?: string
  readonly host?: string
  readonly port?: string
  readonly writer?: string
}

/** How a node of the service is run; checked. */
export interface ServiceSettings {
  readonly place: StorePlace
  readonly host: string
  readonly port: number
  /** As `--writer` takes it; the first that is there when absent. */
  readonly writer: string | undefined
  readonly trustedProxies: number
  /** Null: raw events are kept for ever. */
  readonly retentionDays: number | null
  readonly runsOptimizer: boolean
  /** How long an arm stays claimed when its node gives no sign of life. */
  readonly leaseSeconds: number
  readonly logLevel: LogLevel
  /** Which key signs slates. */
  readonly signingKey: number
  readonly stopSeconds: number
  /** Times the usual rate limits; Infinity for none. */
  readonly rateLimitFactor: number
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Several things are wrong, and are told at once. */
class InputErrors extends InputError {
  constructor(errors: readonly InputError[]) {
    super(errors[0]?.field ?? '', undefined, '')
    this.message = errors.map(({ message }) => message).join('\n')
  }
}

/**
 * Flags first, then the environment, then defaults.
 *
 * @throws InputError that names everything that is wrong
 */
export function serviceSettings(flags: ServeFlags, env: Environment): ServiceSettings {
  const errors: InputError[] = []
  const checked = <Value>(read: () => Value): Value => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      errors.push(error)
      // Never seen: the errors are thrown before anything uses it.
      return undefined as Value
    }
  }
  const whole = (name: string, given: string | undefined, usual: number, least: number, most: number) =>
    checked(() => {
      const text = given?.trim() ?? ''
      if (text === '') return usual
      const value = Number(text)
      if (/^\d{1,9}$/.test(text) && value >= least && value <= most) return value
      throw new InputError(name, given, `give a whole number from ${least} to ${most}`)
    })
  const oneOf = <Name extends string>(
    name: string,
    given: string | undefined,
    names: readonly Name[],
    usual: Name,
  ) =>
    checked(() => {
      const text = given?.trim().toLowerCase() ?? ''
      if (text === '') return usual
      const found = names.find((one) => one === text)
      if (found === undefined) throw new InputError(name, given, `give one of ${names.join(', ')}`)
      return found
    })
  /** A flag, or the variable that stands for it, with the name of the one that was given. */
  const either = (flag: string, value: string | undefined, variable: string, inEnv: string | undefined) =>
    value === undefined ? ([variable, inEnv] as const) : ([flag, value] as const)

  const databaseUrl = env.DATABASE_URL?.trim()
  const [dataName, data] = either('--data', flags.data, 'FORAGE_DATA', env.FORAGE_DATA)
  const [portName, port] = either('--port', flags.port, 'FORAGE_PORT', env.FORAGE_PORT)
  const [hostName, host] = either('--host', flags.host, 'FORAGE_HOST', env.FORAGE_HOST)
  const [, writer] = either('--writer', flags.writer, 'FORAGE_WRITER', env.FORAGE_WRITER)
  const settings: ServiceSettings = {
    place: checked(() => {
      if (flags.data !== undefined && databaseUrl) {
        throw new InputError(
          '--data',
          flags.data,
          'DATABASE_URL says that the data are on a server; leave one of them out',
        )
      }
      return storePlace(databaseUrl, directoryOf(dataName, data))
    }),
    host: checked(() => hostOf(hostName, host)),
    port: whole(portName, port, 8787, 0, 65_535),
    writer: writer?.trim() || undefined,
    trustedProxies: whole('FORAGE_TRUSTED_PROXIES', env.FORAGE_TRUSTED_PROXIES, 0, 0, 10),
    retentionDays: checked(() => retentionOf(env.FORAGE_RETENTION_DAYS)),
    runsOptimizer: oneOf('FORAGE_OPTIMIZER', env.FORAGE_OPTIMIZER, ['on', 'off'], 'on') === 'on',
    leaseSeconds: whole('FORAGE_LEASE_SECONDS', env.FORAGE_LEASE_SECONDS, 60, 1, 3600),
    logLevel: oneOf('FORAGE_LOG_LEVEL', env.FORAGE_LOG_LEVEL, LOG_LEVELS, 'info'),
    signingKey: whole('FORAGE_SIGNING_KEY', env.FORAGE_SIGNING_KEY, 1, 1, 254),
    stopSeconds: whole('FORAGE_STOP_SECONDS', env.FORAGE_STOP_SECONDS, 15, 1, 3600),
    rateLimitFactor: checked(() => rateLimitFactorOf(env.FORAGE_RATE_LIMITS)),
  }
  const [first] = errors
  if (first !== undefined) throw errors.length === 1 ? first : new InputErrors(errors)
  return settings
}

function directoryOf(name: string, given: string | undefined): string {
  if (given === undefined) return './forage-data'
  if (given.trim() === '') {
    // An empty variable means none; an empty flag is a mistake.
    if (name === 'FORAGE_DATA') return './forage-data'
    throw new InputError(name, given, 'name a directory, such as ./forage-data')
  }
  return given
}

function hostOf(name: string, given: string | undefined): string {
  const host = given?.trim() ?? ''
  if (host === '') return '127.0.0.1'
  if (/^[\w.:-]{1,253}$/.test(host)) return host
  throw new InputError(name, given, 'give an address or a host name of this machine, such as 0.0.0.0')
}

function retentionOf(given: string | undefined): number | null {
  const text = given?.trim().toLowerCase() ?? ''
  if (text === '') return 90
  if (text === 'never') return null
  const days = Number(text)
  if (/^\d{1,5}$/.test(text) && days >= 1 && days <= 36_500) return days
  throw new InputError('FORAGE_RETENTION_DAYS', given, 'give a number of days from 1 to 36500, or never')
}

function rateLimitFactorOf(given: string | undefined): number {
  const text = given?.trim().toLowerCase() ?? ''
  if (text === '') return 1
  if (text === 'off') return Number.POSITIVE_INFINITY
  const factor = Number(text)
  if (/^\d{1,5}(\.\d{1,3})?$/.test(text) && factor >= 0.01) return factor
  throw new InputError(
    'FORAGE_RATE_LIMITS',
    given,
    'give how many times the usual limits, such as 2 or 0.5, or off',
  )
}
