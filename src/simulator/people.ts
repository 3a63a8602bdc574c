import type { FastRandom } from './fast-random.ts'
import { scattered } from './visitor-taste.ts'

/** Who the visitors of one run are: what stays of them from one iteration to the next. */
export interface People {
  /** 32 bits from which their tastes follow. */
  readonly seed: number
  /** In [0, 1): where the mix of personas cuts through them. */
  readonly offset: number
  /** By item id, times that each visitor has seen it, up to 65,535; kept where it matters. */
  readonly seen: Map<string, Uint16Array>
}

/** The visitor at hand. The fields are set by `next`; objects made for each visit would cost more than the draw. */
export class VisitorDraw {
  /** Number of the visitor, from 0; 0 where nobody comes back. */
  visitor = 0
  /** 32 bits that are his alone. */
  key = 0
  persona = 0
  private readonly people: People
  private readonly visitors: number
  /** Upper ends of the personas' shares on the line from 0 to 1. */
  private readonly ends: Float64Array

  /** @param visitors 0 when each visit is by somebody new */
  constructor(people: People, visitors: number, shares: Float64Array) {
    this.people = people
    this.visitors = visitors
    let end = 0
    this.ends = shares.map((share) => {
      end += share
      return end
    })
  }

  /**
   * Draws who comes. Those who come back stand evenly on the line of the personas' shares, so that each persona
   * has its share of them to within one, and that a moving mix changes the persona of few.
   */
  next(random: FastRandom): void {
    const { visitors, people } = this
    if (visitors === 0) {
      this.key = random.next32()
      this.persona = this.personaAt(random.uniform())
      return
    }
    this.visitor = Math.floor(random.uniform() * visitors)
    this.key = scattered(people.seed + Math.imul(this.visitor, 0x9e3779b1))
    this.persona = this.personaAt((this.visitor + people.offset) / visitors)
  }

  private personaAt(point: number): number {
    const { ends } = this
    const last = ends.length - 1
    let persona = 0
    while (persona < last && point >= (ends[persona] as number)) persona++
    return persona
  }
}
