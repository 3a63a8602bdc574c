import { InputError } from '../errors.ts'
import type { Strategy } from './strategy.ts'

/**
 * Whether a strategy marks its own homework: it chooses by the very encoder that the simulated audience judges by.
 * Its figures would say how well it guesses the judge, not how well it pleases people. Encoders are compared by name.
 *
 * @param scorerEncoder the audience's; undefined where it judges by none, as people do
 * @param asked.isAllowed somebody asked for the pairing by name; every figure of it must then be labelled `matched`
 * @param asked.advice how to ask for it, as a sentence part: `give --allow-matched`
 * @returns true for a matched pairing that was asked for
 * @throws InputError naming strategy and encoder
 */
export function checkPairing(
  { key, surrogateEncoder }: Pick<Strategy, 'key' | 'surrogateEncoder'>,
  scorerEncoder: string | undefined,
  asked: { readonly isAllowed: boolean; readonly field: string; readonly advice: string },
): boolean {
  if (surrogateEncoder === undefined || surrogateEncoder !== scorerEncoder) return false
  if (asked.isAllowed) return true
  throw new InputError(
    asked.field,
    key,
    `it chooses by the encoder ${surrogateEncoder}, and so does the scorer that judges it; give another scorer, ` +
      `or ${asked.advice}: every figure is then labelled matched`,
  )
}

/** What a reader must know of such figures. */
export const MATCHED_NOTE =
  'Matched: the strategy chooses by the same encoder that the audience is judged by, so these figures say nothing about people.'
