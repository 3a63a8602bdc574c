import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { points, sparkline } from './figures.ts'
import { fileName } from './file-name.ts'
import { displayWidth, padded, printable, printableLines, truncated, wrapped } from './terminal-text.ts'

const anyText = fc.string({ unit: 'grapheme', maxLength: 60 })
const seeded = { seed: 7 }

describe('text of others', () => {
  it('loses what steers a terminal or hides, and keeps the rest', () => {
    expect(printable('\u001b[31mred\u001b[0m \u0007bell\r\nnext\ttab')).toBe('[31mred[0m bell next tab')
    expect(printable('\u001b]0;title\u0007')).toBe(']0;title')
    expect(printable('a\u202egpj.exe\u2066b\u200bc\u009b2J')).toBe('agpj.exebc2J')
    expect(printable('naïve 电饭煲 👩‍🍳 आम')).toBe('naïve 电饭煲 👩‍🍳 आम')
    expect(printableLines('one\u001b[2J\ntwo')).toBe('one[2J\ntwo')
  })

  it('never holds a control character, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/)
      }),
      seeded,
    )
  })
})

describe('width', () => {
  it('is in columns, not in letters', () => {
    expect(displayWidth('abc')).toBe(3)
    expect(displayWidth('电饭煲')).toBe(6)
    expect(displayWidth('e\u0301')).toBe(1)
    expect(displayWidth('👩‍🍳')).toBe(2)
    expect(displayWidth('▁█…')).toBe(3)
  })

  it('is kept by cutting, padding and wrapping', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 40 }), (text, width) => {
        expect(displayWidth(truncated(text, width))).toBeLessThanOrEqual(width)
        expect(displayWidth(padded(truncated(text, width), width))).toBe(width)
        for (const line of wrapped(text, width, ' ')) expect(displayWidth(line)).toBeLessThanOrEqual(width)
      }),
      seeded,
    )
  })

  it('wraps at spaces and loses no word', () => {
    expect(wrapped('How loud is a rice cooker?', 12, '  ')).toEqual(['How loud is', '  a rice', '  cooker?'])
    expect(truncated('How loud is it?', 9)).toBe('How loud…')
  })
})

describe('figures', () => {
  it('draw a curve from 0 to the largest', () => {
    expect(sparkline([0, 0.5, 1], 10)).toBe('▁▅█')
    expect(sparkline([0, 0], 10)).toBe('▁▁')
    expect(sparkline([1, 2, 4], 2)).toBe('▅█')
    expect(sparkline([], 5)).toBe('')
  })

  it('give differences their sign', () => {
    expect([points(0.123), points(-0.02), points(0), points(-0.0001)]).toEqual([
      '+12.3',
      '-2.0',
      '0.0',
      '0.0',
    ])
  })
})

describe('names of directories', () => {
  it('are plain, and differ where letters were lost', () => {
    expect(fileName('Rice Cookers')).toBe('rice-cookers')
    expect(fileName('../../etc/passwd')).toBe('etc-passwd')
    expect(fileName('Café')).toBe('cafe')
    expect(fileName('电饭煲')).toMatch(/^[0-9a-f]{8}$/)
    expect(fileName('电饭煲')).not.toBe(fileName('吸尘器'))
    expect(fileName('x'.repeat(200)).length).toBeLessThan(60)
  })
})
