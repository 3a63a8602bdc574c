import { armAt, visitorPoint } from '../../core/live/arm-of-visitor.ts'
import { drawThompson } from '../../core/policies/thompson.ts'
import { drawUniform, uniformPropensity } from '../../core/policies/uniform.ts'
import type { ServiceDependencies } from '../dependencies.ts'
import type { ServedArm, ServedContext } from '../serving/served-context.ts'

/** Places of the slate under way. Drawing never waits, so one array serves all. */
const places: number[] = []
let scratch = new Float64Array(64)

/**
 * Draws a slate of a context that has a pool, signs it, and gives the answer as JSON text.
 *
 * @param size K as asked for; the pool may have fewer items
 * @param visitor keyed hash; undefined for a visitor without a name, who gets an arm by chance
 */
export function drawnSlate(
  served: ServedContext,
  size: number,
  visitor: string | undefined,
  nowMs: number,
  { random, tokens }: Pick<ServiceDependencies, 'random' | 'tokens'>,
): string {
  const point = visitor === undefined ? random.uniform() : visitorPoint(visitor, served.id)
  const arm = served.arms[armAt(served.pieces, point)] as ServedArm
  const { itemIds, json, jsonEnds, thompson } = arm
  const length = Math.min(size, itemIds.length)
  const isUniform = thompson === undefined || random.uniform() < thompson.uniformShare
  if (isUniform) drawUniform(itemIds.length, length, random, places)
  else {
    if (scratch.length < itemIds.length) scratch = new Float64Array(itemIds.length)
    drawThompson(thompson.utilities, length, random, places, scratch)
  }
  const shown: string[] = []
  let items = ''
  for (let position = 0; position < length; position++) {
    const place = places[position] as number
    shown.push(itemIds[place] as string)
    items += `${position === 0 ? '' : ','}${json.slice(jsonEnds[place], jsonEnds[place + 1])}${position}}`
  }
  const slateId = random.id()
  const closesAtMs = nowMs + served.windowMs
  const token = tokens.sign({
    slateId,
    contextId: served.id,
    arm: arm.key,
    version: arm.version,
    itemIds: shown,
    policy: arm.policy,
    isUniform,
    propensity: thompson === undefined ? uniformPropensity(itemIds.length, length) : null,
    issuedAtMs: nowMs,
    closesAtMs,
    visitor: visitor ?? random.id(),
  })
  return (
    `{"slateId":"${slateId}",${json.slice(0, jsonEnds[0])},"items":[${items}],"token":"${token}",` +
    `"issuedAt":"${issuedTime.of(nowMs)}","closesAt":"${closingTime.of(closesAtMs)}"}`
  )
}

/** The answer while a context has no pool: nothing to show, nothing to report. */
export function defaultSlate(key: string, nowMs: number): string {
  return (
    `{"slateId":null,"context":${JSON.stringify(key)},"arm":null,"version":0,"policy":null,"items":[],` +
    `"token":null,"issuedAt":"${issuedTime.of(nowMs)}","closesAt":null,"isDefault":true}`
  )
}

/** A time as text, made once as long as it stays the same: that costs more than drawing a slate. */
class TimeText {
  #timeMs = Number.NaN
  #text = ''

  of(timeMs: number): string {
    if (timeMs !== this.#timeMs) {
      this.#timeMs = timeMs
      this.#text = new Date(timeMs).toISOString()
    }
    return this.#text
  }
}

/** Many slates fall into one millisecond, and most windows are alike. */
const issuedTime = new TimeText()
const closingTime = new TimeText()
