import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { ForageError } from '../../core/errors.ts'

const cell = z.object({ average: z.number(), last: z.number() })
const paperTable = z.object({
  source: z.string(),
  unit: z.literal('percent'),
  writer: z.string(),
  audiences: z
    .array(z.object({ audience: z.string(), name: z.string(), strategies: z.record(z.string(), cell) }))
    .min(1),
})

/** The paper's own Table 5, CTR in percent. */
export type PaperTable = z.infer<typeof paperTable>

/** @throws ForageError `installation-broken` */
export async function loadPaperTable(): Promise<PaperTable> {
  const path = fileURLToPath(new URL('../../../data/paper/table5.json', import.meta.url))
  try {
    return paperTable.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (cause) {
    throw new ForageError('installation-broken', `the paper's table cannot be read: ${path}`, { cause })
  }
}
