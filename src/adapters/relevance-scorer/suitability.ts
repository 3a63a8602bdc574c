import type { Persona } from '../../core/persona.ts'
import type { Encoder } from '../../ports/encoder.ts'
import type { Readership, ReferencePersona, SuitabilitySettings } from './calibration.ts'
import { neutralText } from './neutral-text.ts'

export interface SuitabilityQuery {
  readonly text: string
  readonly topic: string
  readonly readership: Readership
  readonly persona: Pick<Persona, 'description' | 'examples'>
}

/**
 * How well texts suit personas, on a scale on which 0 is a text written for other personas and 1 is one
 * spread above it (median and median deviation over the reference examples).
 *
 * A text without its topic's words is encoded; from its likeness to the persona is taken its mean likeness to
 * the reference personas, because a plain question is like all of them. The persona's own zero and spread make
 * personas with and without examples, and narrow and wide ones, comparable.
 */
export function suitabilityMeter(
  encoder: Encoder,
  settings: SuitabilitySettings,
  reference: Readonly<Record<Readership, readonly ReferencePersona[]>>,
): (queries: readonly SuitabilityQuery[], signal?: AbortSignal) => Promise<number[]> {
  const shared = new Map<Readership, Promise<SharedPart>>()
  const yardsticks = new Map<string, Promise<Yardstick>>()

  const vectorOf = async (persona: Pick<Persona, 'description' | 'examples'>): Promise<Float64Array> => {
    const [description, ...examples] = await encoder.embed([persona.description, ...persona.examples])
    if (description === undefined) throw new Error('the encoder gave no vector')
    if (examples.length === 0) return Float64Array.from(description)
    const mixed = scaled(unit(mean(examples)), 1 - settings.descriptionWeight)
    addTo(mixed, description, settings.descriptionWeight)
    return unit(mixed)
  }

  const sharedPart = async (readership: Readership): Promise<SharedPart> => {
    const personas = reference[readership]
    const examples = personas.flatMap((persona) => persona.examples)
    const directions = await Promise.all(personas.map(vectorOf))
    const common = scaled(mean(directions), settings.contrast)
    const part = { common, examples, vectors: await encoder.embed(examples) }
    const spreads = personas.map((persona, index) => {
      const direction = directions[index] as Float64Array
      addTo(direction, common, -1)
      return zeroAndSpread(direction, persona, part).spread
    })
    return { ...part, typicalSpread: median(spreads) }
  }

  const yardstick = async (query: SuitabilityQuery): Promise<Yardstick> => {
    const part = await keptOrMade(shared, query.readership, () => sharedPart(query.readership))
    const direction = await vectorOf(query.persona)
    addTo(direction, part.common, -1)
    const { zero, spread } = zeroAndSpread(direction, query.persona, part)
    const share = settings.sharedSpread
    return { direction, zero, spread: spread ** (1 - share) * part.typicalSpread ** share }
  }

  return async (queries, signal) => {
    signal?.throwIfAborted()
    const texts = queries.map(({ text, topic, readership }) =>
      neutralText(text, topic, settings.neutralWord[readership]),
    )
    const vectors = await encoder.embed(texts, signal)
    const results: number[] = []
    for (const [index, query] of queries.entries()) {
      signal?.throwIfAborted()
      const key = JSON.stringify([query.readership, query.persona.description, query.persona.examples])
      const { direction, zero, spread } = await keptOrMade(yardsticks, key, () => yardstick(query))
      results.push((dot(vectors[index] as Float32Array, direction) - zero) / spread)
    }
    return results
  }
}

interface ReferenceTexts {
  readonly examples: readonly string[]
  readonly vectors: readonly Float32Array[]
}

interface SharedPart extends ReferenceTexts {
  /** Mean of the reference personas' vectors, times the contrast. */
  readonly common: Float64Array
  /** Median spread of the reference personas. */
  readonly typicalSpread: number
}

/** What one persona is measured with. */
interface Yardstick {
  readonly direction: Float64Array
  readonly zero: number
  readonly spread: number
}

/** Median and spread of the likeness of texts written for other personas. */
function zeroAndSpread(
  direction: Float64Array,
  persona: Pick<Persona, 'examples'>,
  { examples, vectors }: ReferenceTexts,
): { zero: number; spread: number } {
  // A persona's own examples are in its vector: they would look better than any new text.
  const others = vectors.filter((_, index) => !persona.examples.includes(examples[index] as string))
  const likenesses = others.map((vector) => dot(vector, direction))
  const zero = median(likenesses)
  const deviation = median(likenesses.map((likeness) => Math.abs(likeness - zero)))
  // 1.4826 makes the median deviation of a normal distribution its standard deviation.
  return { zero, spread: Math.max(deviation * 1.4826, 1e-3) }
}

/** Made once for a key; a failure is not kept. */
function keptOrMade<K, V>(kept: Map<K, Promise<V>>, key: K, make: () => Promise<V>): Promise<V> {
  const before = kept.get(key)
  if (before !== undefined) return before
  const made = make().catch((error: unknown) => {
    kept.delete(key)
    throw error
  })
  kept.set(key, made)
  return made
}

type Vector = Float32Array | Float64Array

function dot(one: Vector, other: Vector): number {
  let sum = 0
  for (let index = 0; index < one.length; index++) sum += (one[index] as number) * (other[index] as number)
  return sum
}

function addTo(sum: Float64Array, vector: Vector, weight: number): void {
  for (let index = 0; index < sum.length; index++) sum[index]! += weight * (vector[index] as number)
}

function mean(vectors: readonly Vector[]): Float64Array {
  const sum = new Float64Array(vectors[0]?.length ?? 0)
  for (const vector of vectors) addTo(sum, vector, 1 / vectors.length)
  return sum
}

function scaled(vector: Vector, factor: number): Float64Array {
  return Float64Array.from(vector, (value) => value * factor)
}

function unit(vector: Float64Array): Float64Array {
  return scaled(vector, 1 / (Math.sqrt(dot(vector, vector)) || 1))
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return 0
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}
