import { createClient, type ForageClient } from './client.ts'
import { ELEMENT_STYLE } from './element-style.ts'
import type { Slate, SlateOptions } from './slate.ts'
import { whenSeen } from './when-seen.ts'
import type { WireItem } from './wire.ts'

const RELOADING = ['context', 'size', 'task', 'topic', 'url', 'key', 'visitor']
const REDRAWING = ['href', 'heading', 'heading-level', 'label']
const PLACEHOLDERS = 3

/** What the script tag says for all elements of the page. */
export interface ElementDefaults {
  readonly url?: string | undefined
  readonly key?: string | undefined
  readonly consent?: string | undefined
}

export interface ElementRegistration {
  /** The client that an element with these attributes uses; elements share theirs. */
  readonly clientOf: (element: Element) => ForageClient
  /** For all clients of elements, now and later. */
  readonly setConsent: (isGiven: boolean) => void
}

/** Makes `<forage-slate>` known to the page; where it is known already nothing happens. */
export function defineForageSlate(defaults: ElementDefaults = {}): ElementRegistration {
  const clients = new Map<string, ForageClient>()
  let isConsented: boolean | undefined

  function clientOf(element: Element): ForageClient {
    const attribute = (name: string) => element.getAttribute(name) ?? element.getAttribute(`data-${name}`)
    const url = attribute('url') ?? defaults.url ?? ''
    const key = attribute('key') ?? defaults.key ?? ''
    const visitor = attribute('visitor')
    const consent = isConsented ?? (attribute('consent') ?? defaults.consent) !== 'denied'
    const name = JSON.stringify([url, key, visitor])
    let client = clients.get(name)
    if (client === undefined) {
      client = createClient({ url, key, consent, ...(visitor !== null && { visitor: visitor || null }) })
      clients.set(name, client)
    }
    return client
  }

  function setConsent(isGiven: boolean): void {
    isConsented = isGiven
    for (const client of clients.values()) client.setConsent(isGiven)
  }

  if (!customElements.get('forage-slate')) customElements.define('forage-slate', elementClass(clientOf))
  return { clientOf, setConsent }
}

function elementClass(clientOf: ElementRegistration['clientOf']) {
  return class ForageSlateElement extends HTMLElement {
    static observedAttributes = [...RELOADING, ...REDRAWING]

    /** What is shown now; undefined before the first slate. */
    slate: Slate | undefined
    #isConnected = false
    #isLoading = false
    #stops: (() => void)[] = []

    constructor() {
      super()
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(ELEMENT_STYLE)
      this.attachShadow({ mode: 'open' }).adoptedStyleSheets = [sheet]
    }

    connectedCallback(): void {
      this.#isConnected = true
      if (this.slate) this.#draw()
      else void this.refresh()
    }

    disconnectedCallback(): void {
      this.#isConnected = false
      this.#unwatch()
    }

    attributeChangedCallback(name: string, before: string | null, after: string | null): void {
      if (!this.#isConnected || before === after) return
      if (RELOADING.includes(name)) void this.refresh()
      else this.#draw()
    }

    /** Gets another slate and shows it. */
    async refresh(): Promise<void> {
      // Several attributes that change together ask once.
      if (this.#isLoading) return
      this.#isLoading = true
      this.#draw()
      await Promise.resolve()
      this.#isLoading = false
      const asked = this.#question()
      const context = this.getAttribute('context')
      if (!context) return
      const slate = await clientOf(this).slate(context, slateOptionsOf(this))
      // Asked anew meanwhile: that answer will come.
      if (asked !== this.#question()) return
      this.slate = slate
      this.#draw()
      this.dispatchEvent(new CustomEvent('forage-load', { bubbles: true, composed: true, detail: { slate } }))
    }

    #question(): string {
      return JSON.stringify(RELOADING.map((name) => this.getAttribute(name)))
    }

    #unwatch(): void {
      for (const stop of this.#stops.splice(0)) stop()
    }

    #draw(): void {
      this.#unwatch()
      const root = this.shadowRoot as ShadowRoot
      const { slate } = this
      if (slate?.items.length === 0) {
        // The page's own content, between the tags.
        root.replaceChildren(document.createElement('slot'))
        return
      }
      const heading = this.getAttribute('heading')
      const section = part('section', 'slate')
      section.ariaLabel = heading ?? this.getAttribute('label') ?? 'Suggestions'
      section.ariaBusy = String(slate === undefined)
      if (heading) {
        const title = part('div', 'heading', heading)
        title.role = 'heading'
        title.ariaLevel = this.getAttribute('heading-level') ?? '2'
        section.append(title)
      }
      const list = part('ul', 'list')
      // Some screen readers take a list without bullets for none.
      list.role = 'list'
      if (slate) for (const item of slate.items) list.append(this.#row(slate, item))
      else {
        list.ariaHidden = 'true'
        for (let i = Number(this.getAttribute('size')) || PLACEHOLDERS; i > 0; i--)
          list.append(part('li', 'placeholder'))
      }
      section.append(list)
      root.replaceChildren(section)
    }

    #row(slate: Slate, item: WireItem): HTMLElement {
      const row = part('li', 'item')
      const href = this.getAttribute('href')
      const action = part(href === null ? 'button' : 'a', 'action', item.text)
      if (href === null) action.setAttribute('type', 'button')
      else {
        const filled = href.replace(/\{(text|id)\}/g, (_, name: 'text' | 'id') =>
          encodeURIComponent(item[name]),
        )
        action.setAttribute('href', filled)
      }
      const onClick = (event: Event) => {
        clientOf(this).click(slate, item)
        const told = new CustomEvent('forage-click', {
          bubbles: true,
          composed: true,
          cancelable: true,
          detail: { slate, item },
        })
        if (!this.dispatchEvent(told)) event.preventDefault()
      }
      action.addEventListener('click', onClick)
      // A link that is opened in another tab by the middle button.
      action.addEventListener('auxclick', (event) => {
        if (href !== null && event.button === 1) onClick(event)
      })
      row.append(action)
      this.#stops.push(whenSeen(row, () => clientOf(this).impression(slate, item)))
      return row
    }
  }
}

function slateOptionsOf(element: Element): SlateOptions {
  const text = (name: string) => element.getAttribute(name) || undefined
  const [size, task, topic] = [Number(text('size')), text('task'), text('topic')]
  return { ...(size > 0 && { size }), ...(task && { task }), ...(topic && { topic }) }
}

function part(name: string, partName: string, text?: string): HTMLElement {
  const element = document.createElement(name)
  element.setAttribute('part', partName)
  if (text !== undefined) element.textContent = text
  return element
}
