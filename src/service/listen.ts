import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import { ForageError } from '../core/errors.ts'
import type { Clock } from '../ports/clock.ts'
import { hasBody, watchBody } from './body-watch.ts'
import type { ServiceEnvironment } from './service-app.ts'

export interface ListenOptions {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  readonly clock: Pick<Clock, 'schedule'>
  /** Asked before the application; true when it answers, or calls `otherwise` for the application to answer. */
  readonly before?: (incoming: IncomingMessage, outgoing: ServerResponse, otherwise: () => void) => boolean
  /** A client has this long to send the head of a request, from connecting on; 10 seconds when left out. */
  readonly headersTimeoutMs?: number
  /** And this long for its body, or for each part of a long one; 30 seconds when left out. */
  readonly bodyTimeoutMs?: number
  /** Whether a request may have a body that takes long, by its path; none may when left out. */
  readonly isLongBody?: (url: string) => boolean
  /** A connection without a request is kept this long; 65 seconds when left out, longer than proxies usually do. */
  readonly keepAliveTimeoutMs?: number
  /** Connections at once; further ones are closed. 20,000 when left out. */
  readonly connectionsMax?: number
  /** How often connections are looked at that have waited too long; 5 seconds when left out. */
  readonly checkIntervalMs?: number
}

/** A server that takes requests. */
export interface ListeningServer {
  /** `http://127.0.0.1:8787` */
  readonly url: string
  readonly port: number
  /**
   * Takes no more connections, answers what is under way, and ends connections as they fall idle; those left after
   * `graceMs` are cut.
   */
  close(graceMs: number): Promise<void>
}

/** How often idle connections are looked for while the server closes. */
const CLOSING_CHECK_MS = 100

/**
 * Serves the application over HTTP.
 *
 * @throws ForageError `address-unavailable` when the port is taken, or the host is not this machine's
 */
export async function listen(
  app: Hono<ServiceEnvironment>,
  options: ListenOptions,
): Promise<ListeningServer> {
  const listener = getRequestListener(app.fetch)
  const { before, clock, bodyTimeoutMs: timeoutMs = 30_000, isLongBody = () => false } = options
  // Node takes a connection that has sent nothing yet for a busy one.
  const fresh = new Set<Socket>()
  const server = createServer(
    {
      headersTimeout: options.headersTimeoutMs ?? 10_000,
      // `watchBody` knows more of what it waits for.
      requestTimeout: 0,
      keepAliveTimeout: options.keepAliveTimeoutMs ?? 65_000,
      connectionsCheckingInterval: options.checkIntervalMs ?? 5_000,
    },
    (incoming, outgoing) => {
      if (fresh.size > 0) fresh.delete(incoming.socket)
      const otherwise = () => void listener(incoming, outgoing)
      if (hasBody(incoming))
        watchBody(incoming, outgoing, { isLong: isLongBody(incoming.url ?? ''), timeoutMs, clock })
      if (before?.(incoming, outgoing, otherwise) !== true) otherwise()
    },
  )
  server.on('connection', (socket: Socket) => {
    fresh.add(socket)
    socket.once('close', () => fresh.delete(socket))
  })
  server.maxConnections = options.connectionsMax ?? 20_000
  await listening(server, options)
  const { port } = server.address() as AddressInfo
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  return {
    url: `http://${host}:${port}`,
    port,
    close: (graceMs) => closed(server, fresh, graceMs, clock),
  }
}

function listening(server: Server, { host, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'another program listens there' : cause.message
      reject(
        new ForageError('address-unavailable', `cannot listen on ${host} port ${port}: ${why}`, { cause }),
      )
    })
    server.listen(port, host, resolve)
  })
}

function closed(
  server: Server,
  fresh: ReadonlySet<Socket>,
  graceMs: number,
  clock: Pick<Clock, 'schedule'>,
): Promise<void> {
  return new Promise((resolve) => {
    let cancelCheck = () => {}
    const check = () => {
      server.closeIdleConnections()
      for (const socket of fresh) socket.destroy()
      cancelCheck = clock.schedule(CLOSING_CHECK_MS, check)
    }
    const cancelCut = clock.schedule(graceMs, () => server.closeAllConnections())
    server.close(() => {
      cancelCut()
      cancelCheck()
      resolve()
    })
    check()
  })
}
