import { isDeepStrictEqual } from 'node:util'
import { describeValue, InputError } from '../../core/errors.ts'
import type { TaskDefinition } from '../../core/task.ts'
import {
  deleteVisitorRoute,
  getTaskRoute,
  listTasksRoute,
  putTaskRoute,
  recountRoute,
} from '../contract/upkeep.ts'
import type { ServiceDependencies } from '../dependencies.ts'
import { auditEntry } from '../managed/audit-entry.ts'
import { entityTag, ifMatch, isUnchanged, mustMatch } from '../managed/entity-tags.ts'
import { untilSettled } from '../managed/until-settled.ts'
import { Problem } from '../problem.ts'
import type { ServiceApp } from '../service-app.ts'

/** Tasks, counting anew, and deleting what is known of a visitor. */
export function addUpkeepRoutes(managed: ServiceApp, dependencies: ServiceDependencies): void {
  const { store, clock, hashes, tasks } = dependencies
  const isBuiltIn = (key: string) => tasks.builtIn.some((task) => task.key === key)
  const view = (task: TaskDefinition) => ({
    ...(structuredClone(task) as unknown as WireTask),
    isBuiltIn: isBuiltIn(task.key),
  })

  /** Fields of a file are told with its name, which a body has not. */
  const checkedBody = (value: unknown) => {
    try {
      return tasks.checked(value)
    } catch (failure) {
      if (!(failure instanceof InputError)) throw failure
      const [field, detail] = [failure.field, failure.message].map((text) => text.replace(/^body: /, ''))
      throw new Problem('bad-input', detail ?? '', { field: field ?? 'body', cause: failure })
    }
  }

  managed.openapi(listTasksRoute, async (c) => c.json({ tasks: (await tasks.all()).map(view) }, 200))

  managed.openapi(getTaskRoute, async (c) => {
    const key = c.req.valid('param').task
    const task = await tasks.find(key)
    if (task === undefined) throw new Problem('task-unknown', `There is no task ${describeValue(key)}.`)
    const tag = entityTag(task.version)
    c.header('ETag', tag)
    c.header('Cache-Control', 'private, no-cache')
    if (isUnchanged(c.req.valid('header')['if-none-match'], tag)) return c.body(null, 304)
    return c.json(view(task), 200)
  })

  managed.openapi(putTaskRoute, async (c) => {
    const key = c.req.valid('param').task
    const task = checkedBody(c.req.valid('json'))
    if (task.key !== key) throw new InputError('key', task.key, `the path says ${key}; give the same`)
    if (isBuiltIn(key)) throw new InputError('key', key, 'a built-in task has this key; give your own')
    const condition = ifMatch(c.req.valid('header')['if-match'])
    await untilSettled(async () => {
      const before = await tasks.find(key)
      mustMatch(condition, before === undefined ? undefined : entityTag(before.version))
      if (before !== undefined && isDeepStrictEqual(before, task)) return true
      if (before !== undefined && before.version >= task.version) {
        throw new Problem('task-version-kept', `version: it is ${before.version} now; give a higher one.`, {
          field: 'version',
        })
      }
      const details = { task: key, version: task.version, before: before?.version ?? null }
      const audit = auditEntry(c, clock.now(), 'task-put', null, details)
      return (await store.putTask(task, before?.version ?? null, audit)) || undefined
    })
    return c.json(view(task), 200, { ETag: entityTag(task.version) })
  })

  managed.openapi(recountRoute, async (c) => {
    const { counters, different } = await store.recount(auditEntry(c, clock.now(), 'recounted', null))
    return c.json({ counters, different }, 200)
  })

  managed.openapi(deleteVisitorRoute, async (c) => {
    const audit = auditEntry(c, clock.now(), 'visitor-deleted', null)
    const { events } = await store.deleteVisitor(hashes.visitor(c.req.valid('param').visitor), audit)
    return c.json({ events }, 200)
  })
}

/** The same fields, open to change as the wire's type has them. */
type WireTask = {
  -readonly [K in keyof TaskDefinition]: K extends 'shots'
    ? Record<string, unknown>[]
    : K extends 'constraints' | 'completion'
      ? Record<string, unknown>
      : TaskDefinition[K]
}
