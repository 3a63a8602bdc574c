import { createClient, type ForageClient } from './client.ts'
import { ELEMENT_STYLE } from './element-style.ts'
import type { Slate } from './slate.ts'
import { whenSeen } from './when-seen.ts'
import type { WireItem } from './wire.ts'

const NAME = 'forage-slate'
/** Another value of these needs another slate. */
const ASKING = ['context', 'size', 'task', 'topic', 'url', 'key', 'visitor']
const PLACEHOLDERS = 3

/** What the script tag says for all elements of the page. */
export interface ElementDefaults {
  readonly url?: string | undefined
  readonly key?: string | undefined
  /** Empty for nobody. */
  readonly visitor?: string | undefined
  readonly consent?: string | undefined
}

export interface ElementRegistration {
  /** The client that an element with these attributes uses; elements share theirs. */
  readonly clientOf: (element: Element) => ForageClient
  /** For all clients of elements, now and later. */
  readonly setConsent: (isGiven: boolean) => void
}

/** `<forage-slate>`, as a page's scripts see it. */
export interface ForageSlateElement extends HTMLElement {
  /** What is shown now; undefined before the first slate. */
  readonly slate: Slate | undefined
  /** Gets another slate and shows it. */
  refresh(): Promise<void>
}

declare global {
  interface HTMLElementTagNameMap {
    'forage-slate': ForageSlateElement
  }
  interface HTMLElementEventMap {
    'forage-load': CustomEvent<{ readonly slate: Slate }>
    'forage-click': CustomEvent<{ readonly slate: Slate; readonly item: WireItem }>
  }
}

/**
 * Makes `<forage-slate>` known to the page. Where it is known already, the first registration is the answer and stays;
 * on a server nothing is registered, so that code that pages and servers share may call this.
 */
export function defineForageSlate(defaults: ElementDefaults = {}): ElementRegistration {
  const known = globalThis.customElements?.get(NAME) as ReturnType<typeof elementClass> | undefined
  if (known) return known.registration
  const clients = new Map<string, ForageClient>()
  let isConsented: boolean | undefined

  function clientOf(element: Element): ForageClient {
    const attribute = (name: keyof ElementDefaults) =>
      element.getAttribute(name) ?? element.getAttribute(`data-${name}`) ?? defaults[name]
    const [url = '', key = '', visitor] = [attribute('url'), attribute('key'), attribute('visitor')]
    const name = JSON.stringify([url, key, visitor])
    let client = clients.get(name)
    if (!client) {
      const consent = isConsented ?? attribute('consent') !== 'denied'
      client = createClient({ url, key, consent, visitor: visitor === '' ? null : visitor })
      clients.set(name, client)
    }
    return client
  }

  function setConsent(isGiven: boolean): void {
    isConsented = isGiven
    for (const client of clients.values()) client.setConsent(isGiven)
  }

  const registration = { clientOf, setConsent }
  globalThis.customElements?.define(NAME, elementClass(registration))
  return registration
}

function elementClass(registration: ElementRegistration) {
  const { clientOf } = registration
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(ELEMENT_STYLE)

  return class extends HTMLElement implements ForageSlateElement {
    static registration = registration
    static observedAttributes = [...ASKING, 'href', 'heading', 'heading-level', 'label']

    slate: Slate | undefined
    readonly #root = this.attachShadow({ mode: 'open' })
    /** What was asked last: its slate is shown, or on its way. */
    #asked: { question?: string } | undefined
    #actions: HTMLElement[] = []
    #stops: (() => void)[] = []

    constructor() {
      super()
      this.#root.adoptedStyleSheets = [sheet]
    }

    connectedCallback(): void {
      this.#draw()
      // One that takes no events any more, or never did.
      const isOver = (this.slate?.openUntilMs as number) < Date.now()
      if (isOver || this.#asked?.question !== this.#question()) void this.refresh()
    }

    disconnectedCallback(): void {
      for (const stop of this.#stops.splice(0)) stop()
    }

    attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
      if (this.isConnected && before !== after) this.connectedCallback()
    }

    /** Gets another slate and shows it. */
    async refresh(): Promise<void> {
      const asked: { question?: string } = {}
      this.#asked = asked
      // Several attributes that change together ask once.
      await undefined
      const context = this.#text('context')
      if (this.#asked !== asked || !this.isConnected || !context) return
      asked.question = this.#question()
      const slate = await clientOf(this).slate(context, {
        size: this.#size(),
        task: this.#text('task'),
        topic: this.#text('topic'),
      })
      // Asked anew meanwhile: that answer will come.
      if (this.#asked !== asked) return
      this.slate = slate
      if (this.isConnected) this.#draw()
      this.#tell('forage-load', { slate })
    }

    #text(name: string): string | undefined {
      return this.getAttribute(name) || undefined
    }

    #size(): number | undefined {
      return Number(this.#text('size')) || undefined
    }

    #question(): string {
      return JSON.stringify(ASKING.map((name) => this.getAttribute(name)))
    }

    #tell(name: string, detail: object): boolean {
      return this.dispatchEvent(
        new CustomEvent(name, { bubbles: true, composed: true, cancelable: true, detail }),
      )
    }

    #draw(): void {
      this.disconnectedCallback()
      const { slate } = this
      const focused = this.#actions.indexOf(this.#root.activeElement as HTMLElement)
      this.#actions = []
      if (slate?.items.length === 0) {
        // The page's own content, between the tags.
        this.#root.replaceChildren(document.createElement('slot'))
        return
      }
      const isEmpty = `${!slate}`
      const heading = this.#text('heading')
      const rows = slate
        ? slate.items.map((item) => this.#row(slate, item))
        : Array.from({ length: this.#size() ?? PLACEHOLDERS }, () => part('li', 'placeholder'))
      const level = this.#text('heading-level') ?? '2'
      const title = heading && part('div', 'heading', { role: 'heading', ariaLevel: level }, heading)
      // Some screen readers take a list without bullets for none.
      const list = part('ul', 'list', { role: 'list', ariaHidden: isEmpty }, ...rows)
      this.#root.replaceChildren(
        part(
          'section',
          'slate',
          { ariaLabel: heading ?? this.#text('label') ?? 'Suggestions', ariaBusy: isEmpty },
          title ?? '',
          list,
        ),
      )
      this.#actions[focused]?.focus()
    }

    #row(slate: Slate, item: WireItem): HTMLElement {
      const onclick = (event: Event) => {
        clientOf(this).click(slate, item)
        if (!this.#tell('forage-click', { slate, item })) event.preventDefault()
      }
      const href = this.#text('href')
      const link = href && {
        href: href.replace(/\{(text|id)\}/g, (_, name: 'text' | 'id') => encodeURIComponent(item[name])),
        // A link that is opened in another tab by the middle button.
        onauxclick: (event: MouseEvent) => event.button === 1 && onclick(event),
      }
      const action = part(href ? 'a' : 'button', 'action', { onclick, dir: 'auto', ...link }, item.text)
      this.#actions.push(action)
      const row = part('li', 'item', {}, action)
      this.#stops.push(whenSeen(row, () => clientOf(this).impression(slate, item)))
      return row
    }
  }
}

/** Texts among the children stay texts. */
function part(
  name: string,
  partName: string,
  properties: Partial<HTMLAnchorElement> = {},
  ...children: (Node | string)[]
): HTMLElement {
  const element = Object.assign(document.createElement(name), properties, { part: partName })
  element.append(...children)
  return element
}
