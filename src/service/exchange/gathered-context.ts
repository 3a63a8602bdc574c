import { InputError } from '../../core/errors.ts'
import type { LiveEvent } from '../../core/live/slate-claims.ts'
import { WHOLE_SLATE } from '../../core/live/slate-claims.ts'
import { NO_VISITORS } from '../../core/live/tallies.ts'
import type { ArmImport } from '../../ports/store/transfer.ts'
import type { RecordOf } from './records.ts'

type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] }
type Arm = Writable<ArmImport>
type OfArm = RecordOf<'item'> | RecordOf<'version'> | RecordOf<'iteration'> | RecordOf<'past-counts'>

const NOTHING_PAST = { items: [], slates: [], visitors: NO_VISITORS, leftOut: {}, sources: [] }

/**
 * A context's history as its lines tell it, each held against those before: what the store is given refers to
 * nothing that is not there.
 */
export interface GatheredContext {
  readonly record: RecordOf<'context'>
  readonly arms: readonly ArmImport[]
  /** @throws InputError under `field` */
  add(record: OfArm, field: string): void
  /** @throws InputError when the last pool of an arm cannot be served */
  checkPools(field: string): void
  /** @throws InputError under `field` */
  event(record: RecordOf<'event'>, contextId: number, field: string): LiveEvent
}

export function gatheredContext(record: RecordOf<'context'>): GatheredContext {
  const arms = new Map<string, Arm>()
  const ids = new Map<string, Set<string>>()

  function mustKnow(arm: string, given: readonly string[], field: string): void {
    const known = ids.get(arm)
    const unknown = given.find((id) => known?.has(id) !== true)
    if (unknown !== undefined)
      throw new InputError(field, unknown, `the arm ${arm} has no such item before this line`)
  }

  function mustHaveVersion(arm: string, version: number, field: string): void {
    const last = arms.get(arm)?.versions.length ?? 0
    if (version > last)
      throw new InputError(field, version, `the arm ${arm} has versions up to ${last} before this line`)
  }

  return {
    record,
    get arms() {
      return [...arms.values()]
    },
    add(line, field) {
      const name = line.arm
      const arm: Arm = arms.get(name) ?? {
        arm: name,
        items: [],
        versions: [],
        iterations: [],
        past: NOTHING_PAST,
      }
      if (!arms.has(name)) ids.set(name, new Set())
      arms.set(name, arm)
      if (line.record === 'item') {
        const { record: _, context: _key, arm: _arm, ...item } = line
        const wanted = `i${arm.items.length}`
        if (item.id !== wanted)
          throw new InputError(`${field}: id`, item.id, `items stand in order of birth; give ${wanted}`)
        arm.items.push(item as Arm['items'][number])
        ids.get(name)?.add(item.id)
      } else if (line.record === 'version') {
        const { record: _, context: _key, arm: _arm, ...version } = line
        const wanted = arm.versions.length + 1
        if (version.version !== wanted) {
          throw new InputError(
            `${field}: version`,
            version.version,
            `versions count from 1 on; give ${wanted}`,
          )
        }
        if (version.iteration < (arm.versions.at(-1)?.iteration ?? 0)) {
          throw new InputError(
            `${field}: iteration`,
            version.iteration,
            'iterations of later versions only grow',
          )
        }
        if (new Set(version.itemIds).size < version.itemIds.length) {
          throw new InputError(`${field}: itemIds`, version.itemIds, 'a pool holds no item twice')
        }
        mustKnow(name, version.itemIds, `${field}: itemIds`)
        arm.versions.push(version)
      } else if (line.record === 'iteration') {
        const { record: _, context: _key, arm: _arm, ...iteration } = line
        if (iteration.iteration <= (arm.iterations.at(-1)?.iteration ?? -1)) {
          throw new InputError(
            `${field}: iteration`,
            iteration.iteration,
            'iterations stand in order, each once',
          )
        }
        arm.iterations.push(iteration as Arm['iterations'][number])
      } else {
        const { record: _, context: _key, arm: _arm, ...past } = line
        if (arm.past !== NOTHING_PAST) throw new InputError(field, name, 'the arm has past counts already')
        mustKnow(
          name,
          past.items.map(({ itemId }) => itemId),
          `${field}: items`,
        )
        mustKnow(
          name,
          past.sources.map(({ itemId }) => itemId),
          `${field}: sources`,
        )
        for (const { version } of [...past.items, ...past.slates])
          mustHaveVersion(name, version, `${field}: version`)
        mustBeOnce(
          past.items.map((one) => [one.version, one.itemId, one.position, one.isUniform]),
          `${field}: items`,
        )
        mustBeOnce(
          past.slates.map((one) => [one.version, one.isUniform]),
          `${field}: slates`,
        )
        mustBeOnce(
          past.sources.map((one) => [one.itemId]),
          `${field}: sources`,
        )
        arm.past = past as Arm['past']
      }
    },
    checkPools(field) {
      for (const { arm, items, versions } of arms.values()) {
        for (const id of versions.at(-1)?.itemIds ?? []) {
          const standing = items[Number(id.slice(1))]?.standing
          if (standing !== 'approved') {
            throw new InputError(
              field,
              id,
              `the last pool of the arm ${arm} holds an item that is ${standing}; it must be approved`,
            )
          }
        }
      }
    },
    event(line, contextId, field) {
      const { record: _, context: _key, slate, ...event } = line
      const { arm, itemIds, version } = slate
      mustKnow(arm, itemIds, `${field}: slate.itemIds`)
      mustHaveVersion(arm, version, `${field}: slate.version`)
      mustBeOnce(
        itemIds.map((id) => [id]),
        `${field}: slate.itemIds`,
      )
      const least = event.kind === 'click' ? 0 : WHOLE_SLATE
      if (event.position < least || event.position >= itemIds.length) {
        throw new InputError(
          `${field}: position`,
          event.position,
          `give a whole number from ${least} to ${itemIds.length - 1}`,
        )
      }
      return { ...event, slate: { ...slate, contextId } }
    },
  }
}

function mustBeOnce(keys: readonly (readonly unknown[])[], field: string): void {
  const seen = new Set<string>()
  for (const key of keys) {
    const text = JSON.stringify(key)
    if (seen.has(text)) throw new InputError(field, key, 'it stands there twice; give it once')
    seen.add(text)
  }
}
