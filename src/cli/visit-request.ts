import { InputError } from '../core/errors.ts'
import type { Population } from '../core/persona.ts'
import { loadAudience } from '../lab/audience-file.ts'
import type { CliIo } from './io.ts'

/** What `forage visit` was given, as texts. */
export interface VisitFlags {
  readonly url?: string
  readonly key?: string
  readonly context?: string
  readonly topic?: string
  readonly audience?: string
  readonly scorer?: string
  readonly strategy?: string
  readonly iterations?: string
  readonly interactions?: string
  readonly holdout?: string
  readonly together?: string
  readonly seed?: string
  readonly json?: boolean
}

/** Simulated visits as asked for, checked. */
export interface VisitRequest {
  readonly url: string
  readonly key: string
  readonly context: string
  readonly topic: string | undefined
  readonly audienceName: string
  readonly population: Population
  readonly scorer: string | undefined
  readonly strategy: string | undefined
  readonly iterations: number
  readonly interactions: number
  readonly holdout: number
  readonly together: number
  readonly seed: number
  readonly isJson: boolean
}

export const DEFAULT_SERVICE_URL = 'http://127.0.0.1:8787'
const SEED_MAX = 2 ** 31 - 1

/** @throws InputError naming the flag or file, its value and what to do */
export async function visitRequest(flags: VisitFlags, { env }: Pick<CliIo, 'env'>): Promise<VisitRequest> {
  const { url, key } = serviceOf(flags, env)
  if (flags.context === undefined || flags.context.trim() === '') {
    throw new InputError('--context', flags.context, 'name the context to visit, such as --context vacuums')
  }
  const { name, population } = await loadAudience(flags.audience ?? 'price')
  if (population.behaviour !== undefined) {
    throw new InputError(
      '--audience',
      name,
      'visitors over HTTP follow the click model alone: take out "behaviour"',
    )
  }
  return {
    url,
    key,
    context: flags.context.trim(),
    topic: flags.topic,
    audienceName: name,
    population,
    scorer: flags.scorer,
    strategy: flags.strategy,
    iterations: whole('--iterations', flags.iterations ?? '10', 1, 1000),
    interactions: whole('--interactions', flags.interactions ?? '1000', 20, 1_000_000),
    holdout: shareOf('--holdout', flags.holdout ?? '0.2'),
    together: whole('--together', flags.together ?? '32', 1, 1000),
    seed: whole('--seed', flags.seed ?? '1', 0, SEED_MAX),
    isJson: flags.json === true,
  }
}

/** Where a service is and the secret key to it. @throws InputError naming the flag and what to do */
export function serviceOf(
  flags: { readonly url?: string; readonly key?: string },
  env: CliIo['env'],
): { url: string; key: string } {
  const key = (flags.key ?? env.FORAGE_KEY ?? '').trim()
  if (!key.startsWith('fk_sec_')) {
    // Whatever was given may be a key of some sort, so it is not shown.
    const given = key === '' ? undefined : `${key.slice(0, 7)}...`
    throw new InputError(
      '--key',
      given,
      'give a secret key of the service (fk_sec_...), or set FORAGE_KEY to it',
    )
  }
  return { url: checkedUrl(flags.url ?? env.FORAGE_URL ?? DEFAULT_SERVICE_URL), key }
}

function checkedUrl(text: string): string {
  const given = text.trim()
  if (/^https?:/.test(given) && URL.canParse(given)) return new URL(given).href.replace(/\/+$/, '')
  throw new InputError('--url', text, `give the address of a service, such as ${DEFAULT_SERVICE_URL}`)
}

function whole(flag: string, text: string, least: number, most: number): number {
  const value = /^\d{1,12}$/.test(text.trim()) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw new InputError(flag, text, `give a whole number from ${least} to ${most}`)
}

function shareOf(flag: string, text: string): number {
  const value = /^0?\.\d{1,6}$/.test(text.trim()) ? Number(text) : Number.NaN
  if (value >= 0.01 && value <= 0.9) return value
  throw new InputError(flag, text, 'give a share of the visitors from 0.01 to 0.9, such as 0.2')
}
