import type { WireDefaultSlate, WireEvent, WireResult, WireSlate } from '../wire.ts'

const TEXTS = [
  'Which vacuums are cheap?',
  'Are vacuums loud at night?',
  'Do vacuums last ten years?',
  'Which vacuums fit a small flat?',
  'Can vacuums be repaired?',
]
const WINDOW_MS = 1_800_000

export interface FakeService {
  /** Stands in for the network and the service behind it. */
  readonly fetch: typeof fetch
  /** Events that were taken, by id: each once, however often it came. */
  readonly events: Map<string, WireEvent>
  /** Ids in the order in which they came, repeats and all. */
  readonly arrivals: string[]
  /** Addresses asked for, with their method. */
  readonly requests: { method: string; url: URL; body: string; key: string | null }[]
  /** When set, decides before the service does: an answer, or undefined to go on. */
  before: ((request: Request) => Promise<Response | undefined> | Response | undefined) | undefined
}

/** A service that keeps to the wire contract, in memory, with five items in every context but `empty`. */
export function fakeService(): FakeService {
  let slates = 0
  const service: FakeService = {
    events: new Map(),
    arrivals: [],
    requests: [],
    before: undefined,
    async fetch(input, init) {
      const request = new Request(new URL(String(input), 'http://forage.test'), init)
      const { method } = request
      const url = new URL(request.url)
      const body = method === 'POST' ? await request.clone().text() : ''
      const key = request.headers.get('authorization')?.replace('Bearer ', '') ?? url.searchParams.get('key')
      service.requests.push({ method, url, body, key })
      return (await service.before?.(request)) ?? answer(method, url, body)
    },
  }

  function answer(method: string, url: URL, body: string): Response {
    const context = /^\/v1\/contexts\/([^/]+)\/slate$/.exec(url.pathname)?.[1]
    if (method === 'GET' && context) return slateFor(decodeURIComponent(context), url.searchParams)
    if (method === 'POST' && url.pathname === '/v1/events') return take(JSON.parse(body))
    return problem(404, 'not-found')
  }

  function slateFor(context: string, query: URLSearchParams): Response {
    if (context === 'unknown') return problem(404, 'context-unknown')
    if (context === 'empty') return Response.json(emptySlate(context))
    const slateId = `slate-${slates++}`
    const items = TEXTS.slice(0, Number(query.get('size') ?? 3)).map((text, position) => ({
      id: `i${position}`,
      text: context === 'hostile' ? `<img src=x onerror="document.title='broken'">${text}` : text,
      position,
    }))
    const now = Date.now()
    const slate: WireSlate = {
      slateId,
      context,
      arm: 'live',
      version: 3,
      policy: 'uniform',
      items,
      token: `v1.${slateId}`,
      issuedAt: new Date(now).toISOString(),
      closesAt: new Date(now + WINDOW_MS).toISOString(),
    }
    return Response.json(slate, { headers: { 'cache-control': 'no-store' } })
  }

  function take(events: readonly WireEvent[]): Response {
    const results = events.map((event): WireResult => {
      service.arrivals.push(event.id)
      if (!event.token.startsWith('v1.')) return { id: event.id, status: 'bad-token' }
      if (service.events.has(event.id)) return { id: event.id, status: 'duplicate' }
      service.events.set(event.id, event)
      return { id: event.id, status: 'accepted' }
    })
    return Response.json({ results })
  }

  return service
}

function emptySlate(context: string): WireDefaultSlate {
  const nobody = { slateId: null, arm: null, version: 0, policy: null, token: null } as const
  return {
    context,
    ...nobody,
    items: [],
    issuedAt: new Date().toISOString(),
    closesAt: null,
    isDefault: true,
  }
}

/** An error as the service tells it. */
export function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  return Response.json(
    { type: 'about:blank', title: code, status, code, detail: `because of ${code}`, requestId: 'r1' },
    { status, headers: { 'content-type': 'application/problem+json', ...headers } },
  )
}
