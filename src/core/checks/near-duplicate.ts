import type { Check, CheckInput, Refusal } from './check.ts'
import { CHECK_LIMITS } from './check-limits.ts'
import { areContrary, differInOnePlace } from './contrast.ts'
import { formsOf, type TextForms } from './text-forms.ts'

/**
 * An earlier text in a different dress: by its concepts (`questionMeaning`), or, where an encoder is there,
 * by the cosine of the two comparable texts. Texts that stand against each other (`born`, `died`) are never
 * the same, however close; texts that differ in one concept only must be closer than others.
 */
export const checkNearDuplicate: Check = ({ text }, input) => {
  const forms = formsOf(text, input.context.topic)
  const vector = input.vectorOf(forms.comparable)
  for (const item of input.earlier) {
    const detail = sameness(forms, vector, formsOf(item.text, input.context.topic), input)
    if (detail !== undefined) return { reason: 'near-duplicate', detail: `${detail} ${item.id}` } as Refusal
  }
  return null
}

function sameness(
  forms: TextForms,
  vector: Float32Array | undefined,
  earlier: TextForms,
  input: CheckInput,
): string | undefined {
  if (forms.meaningKey !== '' && forms.meaningKey === earlier.meaningKey) return 'asks or says the same as'
  const earlierVector = vector === undefined ? undefined : input.vectorOf(earlier.comparable)
  if (vector === undefined || earlierVector === undefined) return undefined
  const similarity = cosineOfUnitVectors(vector, earlierVector)
  const { similarityMin, similarityMinElse, onePlaceExtraSimilarity } = CHECK_LIMITS
  const usual = similarityMin[input.encoder ?? 'minilm'] ?? similarityMinElse
  // Most pairs are far apart; only close ones are worth a look at what they say.
  if (!(similarity >= usual) || areContrary(forms.meaning, earlier.meaning)) return undefined
  const least = differInOnePlace(forms.meaning, earlier.meaning) ? usual + onePlaceExtraSimilarity : usual
  return similarity >= least
    ? `similarity ${similarity.toFixed(2)} (limit ${least.toFixed(2)}) with`
    : undefined
}

/** Four sums side by side: one alone makes each addition wait for the last. The hot spot of a long run. */
function cosineOfUnitVectors(one: Float32Array, other: Float32Array): number {
  const length = Math.min(one.length, other.length)
  let [a, b, c, d] = [0, 0, 0, 0]
  let index = 0
  for (; index + 3 < length; index += 4) {
    a += (one[index] as number) * (other[index] as number)
    b += (one[index + 1] as number) * (other[index + 1] as number)
    c += (one[index + 2] as number) * (other[index + 2] as number)
    d += (one[index + 3] as number) * (other[index + 3] as number)
  }
  for (; index < length; index++) a += (one[index] as number) * (other[index] as number)
  return a + b + c + d
}
