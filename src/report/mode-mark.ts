import type { WriteMode } from '../core/item.ts'
import { type Html, html, shortened } from './html.ts'

/** Shape of each mode, as a path around (0, 0) within 12 by 12, so that colour is never the only sign. */
const SHAPES: Readonly<Record<string, string>> = {
  seed: 'M5 0A5 5 0 1 1-5 0A5 5 0 1 1 5 0Z',
  explore: 'M0-6 6 0 0 6-6 0Z',
  exploit: 'M0-6 5.8 4.6-5.8 4.6Z',
  'full-ctr': 'M-4.8-4.8H4.8V4.8H-4.8Z',
  'partial-ctr': 'M0 6 5.8-4.6-5.8-4.6Z',
  'random-ctr': 'M-5.5-3-3-5.5 0-2.5 3-5.5 5.5-3 2.5 0 5.5 3 3 5.5 0 2.5-3 5.5-5.5 3-2.5 0Z',
  'no-drop': 'M-2-6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z',
}
const OTHER_SHAPE = 'M0-6 5.2-3V3L0 6-5.2 3V-3Z'

/** CSS class that colours what belongs to a mode. */
export function modeClass(mode: WriteMode): string {
  return Object.hasOwn(SHAPES, mode) ? `mode-${mode}` : 'mode-other'
}

/** The mode's shape, for use inside an SVG. */
export function modeShape(mode: WriteMode): Html {
  const path = (Object.hasOwn(SHAPES, mode) ? SHAPES[mode] : OTHER_SHAPE) as string
  return html`<path class="shape" d="${path}"/>`
}

/** Shape and word of a mode, for running text and tables. */
export function modeLabel(mode: WriteMode): Html {
  return html`<span class="mode ${modeClass(mode)}"><svg class="mark" viewBox="-7 -7 14 14" aria-hidden="true">${modeShape(mode)}</svg>${shortened(mode, 40)}</span>`
}
