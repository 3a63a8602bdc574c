import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { givenFile, mistakeIn, type ReadFile } from '../given-file.ts'
import { parsedJson } from '../json-text.ts'
import { type Check, checkSchema } from './check.ts'

const FORMAT = 'forage-human-checks-key'
const VERSION = 1
/** Bytes; ten thousand checks with long texts fit. */
const FILE_BYTES_MAX = 100_000_000
const CHECKS_MAX = 20_000

const keySchema = z.object(
  {
    format: z.literal(FORMAT, `give the key file that forage lab pairs wrote; its format is ${FORMAT}`),
    version: z.literal(
      VERSION,
      `this Forage reads version ${VERSION}; read the file with the one that wrote it`,
    ),
    checks: z
      .array(checkSchema, 'give a list of checks')
      .min(1, 'give at least one check')
      .max(CHECKS_MAX, `give at most ${CHECKS_MAX} checks`)
      .superRefine((checks, context) => {
        const seen = new Set<string>()
        for (const [index, { id }] of checks.entries()) {
          if (seen.has(id)) {
            context.addIssue({
              code: 'custom',
              path: [index, 'id'],
              message: 'stands in it twice; remove one',
            })
          }
          seen.add(id)
        }
      }),
  },
  'give the key file that forage lab pairs wrote',
)

/** The truth about the checks, as a file that annotators do not get. */
export function keyText(checks: readonly Check[], seed: number): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, seed, checks }, undefined, 2)}\n`
}

/**
 * The checks behind a key file, in order.
 *
 * @throws InputError naming file, field, value and what to do
 */
export async function readKey(path: string, read: ReadFile = readFile): Promise<readonly Check[]> {
  const value = parsedJson(await givenFile(path, '--key', read, FILE_BYTES_MAX), path)
  const parsed = keySchema.safeParse(value)
  if (!parsed.success) throw mistakeIn(path, value, parsed.error)
  return parsed.data.checks
}
