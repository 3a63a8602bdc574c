import type { SlateCounts } from './slate-counts.ts'

/** Collects visits into rows, one for each slate and order of its items, or one for each visit. */
export class SlateTally {
  private items: Uint16Array
  private clicks: Int32Array
  private interactions: Int32Array
  private rows = 0
  private readonly rowOf: Map<number, number> | undefined
  private readonly slateSize: number
  private readonly poolSize: number

  /** @param merges puts visits to the same places together; only where N^K stays below 2^53 */
  constructor(slateSize: number, poolSize: number, merges: boolean) {
    this.slateSize = slateSize
    this.poolSize = poolSize
    this.rowOf = merges ? new Map() : undefined
    this.items = new Uint16Array(64 * slateSize)
    this.clicks = new Int32Array(64 * slateSize)
    this.interactions = new Int32Array(64)
  }

  /**
   * @param slate its first K entries are the items by position
   * @param clicked position, or -1 for no click
   */
  add(slate: Uint16Array, clicked: number): void {
    const row = this.rowFor(slate)
    this.interactions[row] = (this.interactions[row] as number) + 1
    if (clicked < 0) return
    const cell = row * this.slateSize + clicked
    this.clicks[cell] = (this.clicks[cell] as number) + 1
  }

  counts(): SlateCounts {
    const { slateSize, rows, items, clicks, interactions } = this
    return { slateSize, rows, items, clicks, interactions }
  }

  private rowFor(slate: Uint16Array): number {
    const { rowOf, slateSize, poolSize } = this
    if (rowOf === undefined) return this.newRow(slate)
    let key = 0
    for (let position = 0; position < slateSize; position++) {
      key = key * poolSize + (slate[position] as number)
    }
    const known = rowOf.get(key)
    if (known !== undefined) return known
    rowOf.set(key, this.rows)
    return this.newRow(slate)
  }

  private newRow(slate: Uint16Array): number {
    const { slateSize } = this
    if (this.rows === this.interactions.length) this.grow()
    const row = this.rows++
    for (let position = 0; position < slateSize; position++) {
      this.items[row * slateSize + position] = slate[position] as number
    }
    return row
  }

  private grow(): void {
    const items = new Uint16Array(this.items.length * 2)
    const clicks = new Int32Array(this.clicks.length * 2)
    const interactions = new Int32Array(this.interactions.length * 2)
    items.set(this.items)
    clicks.set(this.clicks)
    interactions.set(this.interactions)
    this.items = items
    this.clicks = clicks
    this.interactions = interactions
  }
}
