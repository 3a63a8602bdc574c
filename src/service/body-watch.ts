import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../ports/clock.ts'

const TIMED_OUT = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n'

/** Whether a body is to come: most requests have none. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/**
 * Ends the connection of a request whose body does not come, with 408. Node's own limit is one for all requests; here
 * a body that may be long gets it anew for each part, and time that the client waits for us is not held against it.
 *
 * @param timeoutMs for the whole body, or for each part of a long one
 */
export function watchBody(
  incoming: IncomingMessage,
  outgoing: Pick<ServerResponse, 'headersSent'>,
  {
    isLong,
    timeoutMs,
    clock,
  }: { readonly isLong: boolean; readonly timeoutMs: number; readonly clock: Pick<Clock, 'schedule'> },
): void {
  const { socket } = incoming
  let bytes = socket.bytesRead
  let cancel = () => {}
  const check = () => {
    if (incoming.complete || socket.destroyed) return
    const comes = socket.bytesRead > bytes
    // What lies there unread came in time: it is us who are slow.
    if (isLong && (comes || incoming.readableLength > 0)) {
      bytes = socket.bytesRead
      cancel = clock.schedule(timeoutMs, check)
      return
    }
    // Who was answered before the body was there, such as that it is too large, takes no second answer.
    if (outgoing.headersSent) socket.destroy()
    else socket.end(TIMED_OUT, () => socket.destroy())
  }
  cancel = clock.schedule(timeoutMs, check)
  const stop = () => cancel()
  incoming.once('end', stop).once('close', stop)
}
