import { expect, test } from 'vitest'
import { taskJsonSchema } from './task-schema.ts'

// To write the file anew: npx vitest run src/lab/task-schema.test.ts --update
test('data/schemas/task.schema.json is up to date', async () => {
  const text = `${withShortLists(JSON.stringify(taskJsonSchema(), undefined, 2))}\n`
  await expect(text).toMatchFileSnapshot('../../data/schemas/task.schema.json')
})

/** Lists of texts that fit into a line stand on one, as the formatter wants them. */
function withShortLists(json: string): string {
  return json.replace(/^(.*)\[\n((?:\s*"[^"\n]*",?\n)+)\s*\](,?)$/gm, (list, before, lines, after) => {
    const line = `${before}[${lines.trim().replace(/\s*\n\s*/g, ' ')}]${after}`
    return line.length <= 110 ? line : list
  })
}
