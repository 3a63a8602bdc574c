import { InputError } from '../../core/errors.ts'

/**
 * The parts of a list with commas between, trimmed.
 *
 * @throws InputError for an empty list or something twice
 */
export function listOf(flag: string, text: string): string[] {
  const list = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
  if (list.length === 0 || new Set(list).size < list.length) {
    throw new InputError(flag, text, 'give at least one, and none twice')
  }
  return list
}
