import { InputError } from '../../core/errors.ts'
import { nearestName } from '../../core/nearest-name.ts'
import { loadAudience } from '../audience-file.ts'
import { loadTopicSet, TOPIC_SET_NAMES } from '../topic-set.ts'
import { listOf } from './list-of.ts'
import type { ExperimentDomain } from './plan.ts'

export interface Narrowing {
  /** Topic sets, topics of the sets that are there, or files, with commas between. */
  readonly topics?: string
  /** Audiences, or files, with commas between. */
  readonly audiences?: string
  /** The first topics of each set. */
  readonly topicsMax?: number | undefined
  /** Those kept of a domain that has some of them. */
  readonly presetAudiences?: readonly string[] | undefined
}

/**
 * The domains of an experiment as a person wants them: fewer topics, fewer audiences, or their own. A domain that no
 * topic or audience is left for is left out.
 *
 * @throws InputError naming flag or file, value and what to do
 */
export async function narrowedDomains(
  defaults: readonly ExperimentDomain[],
  { topics, audiences, topicsMax, presetAudiences }: Narrowing,
): Promise<ExperimentDomain[]> {
  const chosen = topics === undefined ? defaults : await domainsOf(defaults, topics)
  const met = audiences === undefined ? chosen : await withAudiences(chosen, audiences)
  return met
    .map((domain) => {
      const some = domain.audiences.filter(({ name }) => presetAudiences?.includes(name))
      return {
        ...domain,
        topics: domain.topics.slice(0, topicsMax),
        audiences: some.length > 0 ? some : domain.audiences,
      }
    })
    .filter((domain) => domain.audiences.length > 0)
}

async function domainsOf(defaults: readonly ExperimentDomain[], text: string): Promise<ExperimentDomain[]> {
  const domains: ExperimentDomain[] = []
  const named = new Set<string>()
  for (const one of listOf('--topics', text)) {
    const known = defaults.find(({ key }) => key === one.toLowerCase())
    if (known !== undefined) {
      domains.push(known)
      continue
    }
    if (isFile(one) || (TOPIC_SET_NAMES as readonly string[]).includes(one.toLowerCase())) {
      domains.push(await loadTopicSet(one, { field: '--topics' }))
      continue
    }
    const all = defaults.flatMap((domain) => domain.topics.map(({ topic }) => topic))
    if (!all.some((topic) => topic.toLowerCase() === one.toLowerCase())) {
      const near = nearestName(one, [...all, ...TOPIC_SET_NAMES])
      const hint = near === undefined ? '' : `did you mean ${near}? `
      const sets = TOPIC_SET_NAMES.join(', ')
      throw new InputError('--topics', one, `${hint}give ${sets}, a topic of these, or a JSON file`)
    }
    named.add(one.toLowerCase())
  }
  for (const domain of defaults) {
    const some = domain.topics.filter(({ topic }) => named.has(topic.toLowerCase()))
    if (some.length === 0) continue
    if (domains.includes(domain)) {
      const advice = `it is one of ${domain.key}, which is given too; leave one of them out`
      throw new InputError('--topics', some[0]?.topic, advice)
    }
    domains.push({ ...domain, topics: some })
  }
  return domains
}

/** Names that a domain has narrow it; any other audience meets the one domain that there is. */
async function withAudiences(
  domains: readonly ExperimentDomain[],
  text: string,
): Promise<ExperimentDomain[]> {
  const names = listOf('--audiences', text)
  const own: ExperimentDomain['audiences'][number][] = []
  for (const name of names) {
    const isThere = domains.some(({ audiences }) => audiences.some((one) => one.name === name.toLowerCase()))
    if (isThere) continue
    const audience = await loadAudience(name, { field: '--audiences' })
    if (domains.length > 1) {
      const keys = domains.map(({ key }) => key).join(', ')
      throw new InputError('--audiences', name, `say which of ${keys} it meets, with --topics`)
    }
    own.push(audience)
  }
  const wanted = new Set(names.map((name) => name.toLowerCase()))
  return domains.map((domain) => ({
    ...domain,
    audiences: [...domain.audiences.filter(({ name }) => wanted.has(name)), ...own],
  }))
}

function isFile(name: string): boolean {
  return /\.json$/i.test(name) || /[/\\]/.test(name)
}
