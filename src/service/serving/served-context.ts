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
  /** `"context":"vacuums"`: a part of the answer as it is sent. */
  readonly keyJson: string
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
  /** By item: `{"id":"i4","text":"...","position":`, to be followed by the position and `}`. */
  readonly itemJsons: readonly string[]
  /** `"arm":"live","version":3,"policy":"uniform"`. */
  readonly headJson: string
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
      itemIds: pool.items.map(({ id }) => id),
      itemJsons: pool.items.map(
        ({ id, text }) => `{"id":${JSON.stringify(id)},"text":${JSON.stringify(text)},"position":`,
      ),
      headJson: `"arm":${JSON.stringify(arm.key)},"version":${pool.version},"policy":"${arm.policy.kind}"`,
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
  const pieces = armPieces(config.arms)
  const keyJson = `"context":${JSON.stringify(context.key)}`
  return {
    id: context.id,
    key: context.key,
    revision: context.revision,
    keyJson,
    isAscii: [keyJson, ...served.flatMap(({ headJson, itemJsons }) => [headJson, ...itemJsons])].every(
      isAscii,
    ),
    config,
    windowMs: config.attributionWindowSeconds * 1000,
    arms: served,
    // Until an arm has its first pool, its visitors are the first arm's that has one, and are counted there.
    pieces: { ends: pieces.ends, armIndexes: pieces.armIndexes.map((index) => armIndexes[index] ?? 0) },
  }
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}
