import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { Html, visibleText } from './html.ts'

/** Widths a chart is drawn for, in CSS pixels: the page shows the one that fits, so that its words stay readable. */
const WIDTHS = { wide: 920, middle: 600, narrow: 340 } as const

/** Names in it are written as text; what an HTML `title` holds would be written as markup. */
const SVG = 'http://www.w3.org/2000/svg'

export interface Drawing {
  /** Unique on the page; also the start of the ids of title and description. */
  readonly id: string
  readonly title: string
  readonly description: string
}

/** The plot as SVG, named for those who do not see it, without style of its own. */
export function plotDrawing({ id, title, description }: Drawing, options: Plot.PlotOptions): Html {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const svg = Plot.plot({ ...options, document: document as never, className: 'plot' })
  // The page's policy allows no style but its own: rules and inline styles of the plot stand in `style.ts`.
  for (const style of svg.querySelectorAll('style')) style.remove()
  for (const element of [svg, ...svg.querySelectorAll('[style]')]) element.removeAttribute('style')
  const name = document.createElementNS(SVG, 'title')
  const text = document.createElementNS(SVG, 'desc')
  name.id = `${id}-title`
  text.id = `${id}-description`
  name.textContent = visibleText(title)
  text.textContent = visibleText(description)
  svg.prepend(name as never, text as never)
  for (const one of svg.querySelectorAll('text, title')) {
    if (one.children.length === 0) one.textContent = visibleText(one.textContent)
  }
  // Plots are numbered in a process; on the page the same plot always has the same name.
  for (const [index, clip] of [...svg.querySelectorAll('clipPath')].entries()) {
    const before = `url(#${clip.id})`
    clip.id = `${id}-clip-${index}`
    for (const part of svg.querySelectorAll('[clip-path]')) {
      if (part.getAttribute('clip-path') === before) part.setAttribute('clip-path', `url(#${clip.id})`)
    }
  }
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-labelledby', `${name.id} ${text.id}`)
  return new Html(svg.outerHTML)
}

/** The same plot for each width of a window; style shows one of them. */
export function plotForAllWidths(drawing: Drawing, options: (width: number) => Plot.PlotOptions): Html {
  const drawings = Object.entries(WIDTHS).map(
    ([name, width]) =>
      `<div class="drawing-${name}">${plotDrawing({ ...drawing, id: `${drawing.id}-${name}` }, { ...options(width), width })}</div>`,
  )
  return new Html(`<div class="curve">${drawings.join('')}</div>`)
}
