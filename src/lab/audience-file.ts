import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { ForageError, InputError } from '../core/errors.ts'
import { nearestName } from '../core/nearest-name.ts'
import type { Persona, Population } from '../core/persona.ts'
import { PAPER_CHOICE } from '../simulator/click-model.ts'
import { audienceFileSchema, builtInMixSchema, builtInPersonaSchema } from './audience-schema.ts'
import { givenFile, mistakeIn, type ReadFile } from './given-file.ts'
import { parsedJson } from './json-text.ts'

/** Built-in audiences, in the order of help texts. */
export const AUDIENCE_NAMES = [
  'price',
  'quality',
  'brand-reputation',
  'features',
  'ethics',
  'three-preferences',
  'discussion',
  'history',
  'event',
  'person',
  'location',
] as const

export interface LoadedAudience {
  /** For people: the built-in names, or the file's. */
  readonly name: string
  readonly population: Population
}

export interface LoadAudienceOptions {
  /** Reads a file; rejects as `fs.readFile` does. */
  readonly read?: ReadFile
  /** How the setting is called where the person gave it. */
  readonly field?: string
}

/** Bytes; a hundred personas with all their examples fit. */
const FILE_BYTES_MAX = 10_000_000

/**
 * The population behind `--audience`: a built-in name, several with commas between (each persona the same weight), or
 * a JSON file (`personas`, `choiceTemperature`, `noClickScore`, `behaviour`). A name is a file when it ends in `.json` or holds a
 * slash.
 *
 * @throws InputError naming file, field, value and what to do
 */
export async function loadAudience(spec: string, options: LoadAudienceOptions = {}): Promise<LoadedAudience> {
  const { read = readFile, field = '--audience' } = options
  const given = spec.trim()
  if (given === '') throw new InputError(field, spec, namesAdvice())
  if (/\.json$/i.test(given) || /[/\\]/.test(given)) return audienceOfFile(given, read, field)
  const names = given.split(',').map((name) => checkedName(name.trim(), field))
  const personas: Persona[] = []
  for (const name of names) {
    for (const persona of await builtInPersonas(name)) {
      if (personas.some(({ key }) => key === persona.key)) {
        throw new InputError(field, given, `${persona.key} is in it twice; name each persona once`)
      }
      personas.push(persona)
    }
  }
  return {
    name: names.join(','),
    population: { personas: personas.map((persona) => ({ persona, weight: 1 })), ...PAPER_CHOICE },
  }
}

function checkedName(name: string, field: string): string {
  const lower = name.toLowerCase()
  if ((AUDIENCE_NAMES as readonly string[]).includes(lower)) return lower
  const near = nearestName(lower, AUDIENCE_NAMES)
  throw new InputError(
    field,
    name,
    near === undefined ? namesAdvice() : `did you mean ${near}? ${namesAdvice()}`,
  )
}

function namesAdvice(): string {
  return `give a JSON file, or one or more of ${AUDIENCE_NAMES.join(', ')}, with commas between`
}

/** Personas of a built-in name: one, or those of a mixture. */
async function builtInPersonas(name: string): Promise<Persona[]> {
  const path = fileURLToPath(new URL(`../../data/audiences/${name}.json`, import.meta.url))
  try {
    const value = parsedJson(await readFile(path), path)
    const persona = builtInPersonaSchema.safeParse(value)
    if (persona.success) return [persona.data]
    const { mix } = builtInMixSchema.parse(value)
    return (await Promise.all(mix.map(builtInPersonas))).flat()
  } catch (cause) {
    throw new ForageError('installation-broken', `the built-in audience ${name} cannot be read: ${path}`, {
      cause,
    })
  }
}

async function audienceOfFile(path: string, read: ReadFile, field: string): Promise<LoadedAudience> {
  const bytes = await givenFile(path, field, read, FILE_BYTES_MAX)
  const value = parsedJson(bytes, path)
  const parsed = audienceFileSchema.safeParse(value)
  if (!parsed.success) throw mistakeIn(path, value, parsed.error)
  const { personas, choiceTemperature, noClickScore, behaviour } = parsed.data
  return {
    name: path.replace(/^.*[/\\]/, '').replace(/\.json$/i, ''),
    population: {
      personas: personas.map(({ weight, ...persona }) => ({ persona, weight })),
      choiceTemperature,
      noClickScore,
      ...(behaviour === undefined ? {} : { behaviour }),
    },
  }
}
