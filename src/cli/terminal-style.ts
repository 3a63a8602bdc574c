import type { OutputStream } from './io.ts'

/** How a stream may be written to. Colour only ever repeats what words say. */
export interface TerminalStyle {
  readonly columns: number
  /** Whether a line may be drawn over. */
  readonly canRedraw: boolean
  bold(text: string): string
  dim(text: string): string
  green(text: string): string
}

/** Width of text that goes to a file or a pipe. */
const PIPE_COLUMNS = 120
const COLUMNS_MIN = 40

/** https://no-color.org: any value but the empty one turns colour off. */
export function terminalStyle(
  stream: OutputStream,
  env: Readonly<Record<string, string | undefined>>,
): TerminalStyle {
  const isTerminal = stream.isTTY === true && env.TERM !== 'dumb'
  const isColoured = isTerminal && (env.NO_COLOR ?? '') === ''
  const wrap = (start: number, end: number) => (text: string) =>
    isColoured && text !== '' ? `\u001b[${start}m${text}\u001b[${end}m` : text
  return {
    columns: stream.isTTY === true ? Math.max(COLUMNS_MIN, stream.columns ?? 80) : PIPE_COLUMNS,
    canRedraw: isTerminal,
    bold: wrap(1, 22),
    dim: wrap(2, 22),
    green: wrap(32, 39),
  }
}
