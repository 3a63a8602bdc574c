import fc from 'fast-check'
import { parseHTML } from 'linkedom'
import { expect, it } from 'vitest'
import { Html, html, shortened, visibleText } from './html.ts'

it('shows any text as text, in content and in attributes', () => {
  const pieces = fc.constantFrom(
    '<',
    '>',
    '"',
    "'",
    '&',
    '&lt;',
    '</p>',
    '<script>',
    '-->',
    'x',
    ' ',
    '=',
    '\u202e',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 4 }))), (parts) => {
      const text = parts.join('')
      const { document } = parseHTML(`<html><body>${html`<p title="${text}">${text}</p>`}</body></html>`)
      expect(document.body.children.length).toBe(1)
      const paragraph = document.querySelector('p')
      expect(paragraph?.attributes.length).toBe(1)
      expect(paragraph?.children.length).toBe(0)
      expect(paragraph?.textContent).toBe(visibleText(text))
      expect(paragraph?.getAttribute('title')).toBe(visibleText(text))
    }),
    { seed: 11, numRuns: 200 },
  )
})

it('joins lists, leaves out what is nothing, and takes markup only from itself', () => {
  const inner = html`<b>${'<'}</b>`
  expect(html`${[inner, 'a&b', 3]}${null}${undefined}${false}${0}`.markup).toBe('<b>&lt;</b>a&amp;b30')
  expect(html`${new Html('<i></i>')}`.markup).toBe('<i></i>')
})

it('writes out what turns or hides text, and keeps what writing systems need', () => {
  expect(visibleText('a\u202eb\u2066c\u200bd\u0000e\u001b\u{e0041}\ud800')).toBe(
    'a⟨U+202E⟩b⟨U+2066⟩c⟨U+200B⟩d⟨U+0000⟩e⟨U+001B⟩⟨U+E0041⟩⟨U+D800⟩',
  )
  const kept = 'naïve أرز 米 👩‍🍳 \u200c\n\t'
  expect(visibleText(kept)).toBe(kept)
})

it('shortens without cutting a character in two', () => {
  expect(shortened('abc', 3)).toBe('abc')
  expect(shortened('abcd', 3)).toBe('ab…')
  expect(shortened('a👩b', 3)).toBe('a…')
})
