import type { OutputStream } from './io.ts'
import { formatSeconds } from './progress.ts'
import { truncated } from './terminal-text.ts'

export interface StatusLine {
  /** What is going on now; the empty text for nothing. */
  set(text: string): void
  /** Prints lines that stay; `text` ends with a line end. */
  above(text: string): void
  stop(): void
}

/**
 * One line at the bottom that says what is going on and for how long. Drawn over once a second at most, in one
 * write, so that it does not flicker. Where lines cannot be drawn over it is left out.
 */
export function statusLine(
  stream: OutputStream,
  columns: number,
  canRedraw: boolean,
  now: () => number,
): StatusLine {
  let text = ''
  let since = now()
  let shown = ''
  let timer: ReturnType<typeof setInterval> | undefined

  const line = () => {
    if (text === '') return ''
    const seconds = Math.floor((now() - since) / 1000)
    return truncated(seconds < 1 ? `  ${text} …` : `  ${text} … ${formatSeconds(seconds)}`, columns - 1)
  }
  const draw = () => {
    const next = line()
    if (next === shown) return
    stream.write(`\r${next}\u001b[K`)
    shown = next
  }

  return {
    set(next) {
      text = next
      since = now()
      if (!canRedraw) return
      draw()
      timer ??= setInterval(draw, 1000).unref()
    },
    above(lines) {
      if (shown === '') {
        stream.write(lines)
        return
      }
      shown = line()
      stream.write(`\r\u001b[K${lines}${shown}`)
    },
    stop() {
      clearInterval(timer)
      timer = undefined
      text = ''
      if (canRedraw) draw()
    },
  }
}
