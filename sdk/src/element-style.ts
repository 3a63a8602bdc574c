/**
 * The look: colours come from the page's own text colour, so that it fits light and dark pages alike. Custom
 * properties and parts change it from outside.
 */
export const ELEMENT_STYLE = `
:host { display: block; container-type: inline-size; color: var(--forage-color, inherit); font: var(--forage-font, inherit) }
:host([hidden]) { display: none }
:host([theme=light]) { color-scheme: light; color: var(--forage-color, #1b1b1b) }
:host([theme=dark]) { color-scheme: dark; color: var(--forage-color, #f2f2f2) }
[role=heading] { font-weight: 600; margin: 0 0 .6em }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: var(--forage-gap, .5rem); grid-template-columns: var(--forage-columns, 1fr) }
li { display: flex; min-height: var(--forage-item-height, 2.75rem) }
@container (max-width: 30rem) { li { min-height: var(--forage-item-height, 4.25rem) } }
button, a { all: unset; box-sizing: border-box; flex: 1; display: flex; align-items: center; padding: .55rem .9rem; line-height: 1.4; overflow-wrap: anywhere; cursor: pointer; border: 1px solid var(--forage-border, color-mix(in srgb, currentColor 45%, transparent)); border-radius: var(--forage-radius, .6rem); background: var(--forage-background, transparent); color: inherit }
a:hover, button:hover { background: var(--forage-hover, color-mix(in srgb, currentColor 9%, transparent)) }
a:focus-visible, button:focus-visible { outline: 2px solid var(--forage-focus, currentColor); outline-offset: 2px }
li[part=placeholder] { border-radius: var(--forage-radius, .6rem); background: color-mix(in srgb, currentColor 7%, transparent) }
@media (prefers-reduced-motion: no-preference) { a, button { transition: background-color .15s } }
`
