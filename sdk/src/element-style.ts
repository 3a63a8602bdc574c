/**
 * The look: colours come from the page's own text colour, so that it fits light and dark pages alike. Custom
 * properties and parts change it from outside; where one is missing and there is no other value beside it, the
 * declaration falls away. A row without children is a placeholder. Rows are as high as two lines where the element is
 * narrower than 30rem, else as one.
 */
export const ELEMENT_STYLE = `
:host(:not([hidden])) { display: block; container-type: inline-size; color: var(--forage-color); font: var(--forage-font) }
:host([theme]) { color: var(--forage-color, CanvasText); color-scheme: light }
:host([theme=dark]) { color-scheme: dark }
div { font-weight: 600; margin-bottom: .6em }
ul { all: unset; display: grid; gap: var(--forage-gap, .5rem); grid: none / var(--forage-columns) }
li { display: grid; min-height: var(--forage-item-height, clamp(2.75rem, (30rem - 100cqi)*999, 4.25rem)) }
li > * { all: unset; display: grid; align-items: center; padding: .55rem .9rem; line-height: 1.4; overflow-wrap: anywhere; cursor: pointer; border: 1px solid var(--forage-border, color-mix(in srgb, currentColor 45%, transparent)); background: var(--forage-background) }
li, li > * { border-radius: var(--forage-radius, .6rem) }
li:empty, li > :hover { background: var(--forage-hover, color-mix(in srgb, currentColor 9%, transparent)) }
li > :focus-visible { outline: 2px solid var(--forage-focus,); outline-offset: 2px }
`
