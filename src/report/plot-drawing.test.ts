import * as Plot from '@observablehq/plot'
import { expect, it } from 'vitest'
import { plotDrawing } from './plot-drawing.ts'

const hostile = '</title></desc><img src=x onerror=alert(1)>\u202e'
const options = {
  marks: [
    Plot.areaY([1, 2], { clip: true }),
    Plot.dot([{ at: 1 }], { x: 'at', y: 'at', title: () => hostile }),
    Plot.text([{ at: 1 }], { x: 'at', y: 'at', text: () => hostile }),
  ],
}

it('shows names and titles as text, whatever they hold', () => {
  const { markup } = plotDrawing({ id: 'a', title: hostile, description: hostile }, options)
  expect(markup).not.toContain('<img')
  expect(markup.match(/&lt;img/g)).toHaveLength(4)
  expect(markup.match(/<title/g)).toHaveLength(2)
})

it('is the same however many plots were drawn before, with parts named after it', () => {
  const drawing = { id: 'a', title: 'T', description: 'D' }
  const { markup } = plotDrawing(drawing, options)
  expect(plotDrawing(drawing, options).markup).toBe(markup)
  expect(markup).toContain('clip-path="url(#a-clip-0)"')
  expect(markup).toContain('id="a-clip-0"')
})
