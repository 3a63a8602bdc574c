/** Lets in as many as there is room for at once, the others in the order they came. */
export interface Turns {
  /**
   * @returns call it when done; safe to call twice
   * @throws the signal's reason when aborted before its turn
   */
  enter(signal?: AbortSignal): Promise<() => void>
}

export function turns(room: number): Turns {
  let free = room
  const waiting: (() => void)[] = []
  const leave = () => {
    const next = waiting.shift()
    if (next === undefined) free++
    else next()
  }
  return {
    async enter(signal) {
      signal?.throwIfAborted()
      if (free > 0) free--
      else {
        await new Promise<void>((resolve, reject) => {
          const go = () => {
            signal?.removeEventListener('abort', give)
            resolve()
          }
          const give = () => {
            waiting.splice(waiting.indexOf(go), 1)
            reject(signal?.reason)
          }
          waiting.push(go)
          signal?.addEventListener('abort', give, { once: true })
        })
      }
      let isDone = false
      return () => {
        if (isDone) return
        isDone = true
        leave()
      }
    },
  }
}
