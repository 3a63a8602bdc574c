// Writes data/schemas/task.schema.json from the schema that reads task files.
// Run: npx tsx src/lab/write-task-schema.ts && npx biome format --write data/schemas
import { writeFileSync } from 'node:fs'
import { taskJsonSchema } from './task-schema.ts'

const target = new URL('../../data/schemas/task.schema.json', import.meta.url)
writeFileSync(target, `${JSON.stringify(taskJsonSchema(), undefined, 2)}\n`)
