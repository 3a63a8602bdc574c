import { type ArmPieces, armPieces } from '../../core/live/arm-of-visitor.ts'
import type { ContextConfig } from '../../core/live/context-config.ts'
import type { UtilityDraws } from '../../core/policies/thompson.ts'
import type { ServingContext } from '../../ports/store/pools.ts'
import { utilitiesOf } from './utilities.ts'

/** A context made ready for drawing slates: everything that does not change between two slates is worked out. */
export interface ServedContext {
  readonly id: number
  readonly key: string
  readonly revision: number
  readonly config: ContextConfig
  readonly windowMs: number
  /** The arms that have a pool, in the order of the configuration. Empty: default slates. */
  readonly arms: readonly ServedArm[]
  /** True when every answer has one byte a character. */
  readonly isAscii: boolean
  /** Over the places of `arms`. */
  readonly pieces: ArmPieces
}

export interface ServedArm {
  readonly key: string
  readonly version: number
  readonly policy: 'uniform' | 'thompson'
  readonly itemIds: readonly string[]
  /**
   * What the answers of this arm are made of, one text after the other, because a slate that finds all of it in one
   * place of memory is drawn faster: the head, `"context":"vacuums","arm":"live","version":3,"policy":"uniform"`, and
   * then of each item `{"id":"i4","text":"...","position":`, to be followed by the position and `}`.
   */
  readonly json: string
  /** Where in `json` the head ends, and then each item. */
  readonly jsonEnds: readonly number[]
  readonly thompson?: ThompsonServing
}

export interface ThompsonServing {
  readonly uniformShare: number
  /** What is believed of the items; replaced when new counts come. */
  utilities: UtilityDraws
}

/** @param before the same context until now: a pool that stays keeps what is believed of its items */
export function servedContext({ context, arms }: ServingContext, before?: ServedContext): ServedContext {
  const { config } = context
  const keyJson = `"context":${JSON.stringify(context.key)}`
  const served: ServedArm[] = []
  const armIndexes: number[] = []
  for (const [index, arm] of config.arms.entries()) {
    const pool = arms.find((other) => other.arm === arm.key)
    if (pool === undefined || pool.items.length === 0) continue
    const old = before?.arms.find(({ key }) => key === arm.key)
    armIndexes[index] = served.length
    served.push({
      key: arm.key,
      version: pool.version,
      policy: arm.policy.kind,
      itemIds: pool.items.map(({ id }) => interned(id)),
      ...answerJson([
        `${keyJson},"arm":${JSON.stringify(arm.key)},"version":${pool.version},"policy":"${arm.policy.kind}"`,
        ...pool.items.map(
          ({ id, text }) => `{"id":${JSON.stringify(id)},"text":${JSON.stringify(text)},"position":`,
        ),
      ]),
      ...(arm.policy.kind === 'thompson'
        ? {
            thompson: {
              uniformShare: arm.policy.uniformShare,
              utilities:
                old?.thompson !== undefined && old.version === pool.version
                  ? old.thompson.utilities
                  : utilitiesOf(
                      pool.items.map(({ id }) => id),
                      [],
                    ),
            },
          }
        : {}),
    })
  }
  return {
    id: context.id,
    key: context.key,
    revision: context.revision,
    isAscii: served.every(({ json }) => isAscii(json)) && isAscii(context.key),
    config,
    windowMs: config.attributionWindowSeconds * 1000,
    arms: served,
    // Until an arm has its first pool, its visitors are the first arm's that has one, and are counted there.
    pieces: piecesOf(config.arms, armIndexes),
  }
}

/** The parts as one text, and where each ends. */
function answerJson(parts: readonly string[]): Pick<ServedArm, 'json' | 'jsonEnds'> {
  let end = 0
  const jsonEnds = parts.map((part) => {
    end += part.length
    return end
  })
  // Joined texts stay scattered over memory until somebody reads them; this copy is in one piece.
  return { json: Buffer.from(parts.join('')).toString(), jsonEnds }
}

/** Ids and shares are the same in many contexts: one object of each stays in the processor's cache. */
const internedIds = new Map<string, string>()
const INTERNED_MAX = 1000
let knownPieces = new Map<string, ArmPieces>()

function interned(id: string): string {
  const known = internedIds.get(id)
  if (known !== undefined) return known
  if (internedIds.size < INTERNED_MAX) internedIds.set(id, id)
  return id
}

/** @param places of the arms of the configuration among those that are served; none for an arm without a pool */
function piecesOf(arms: ContextConfig['arms'], places: readonly (number | undefined)[]): ArmPieces {
  const name = JSON.stringify([arms.map(({ key, share }) => [key, share]), places])
  let pieces = knownPieces.get(name)
  if (pieces === undefined) {
    const { ends, armIndexes } = armPieces(arms)
    pieces = { ends, armIndexes: armIndexes.map((index) => places[index] ?? 0) }
    if (knownPieces.size >= INTERNED_MAX) knownPieces = new Map()
    knownPieces.set(name, pieces)
  }
  return pieces
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}
