import { processEnvironment } from '../compose.ts'
import { type CliIo, Interruption, type OutputStream } from './io.ts'
import { main } from './main.ts'

/** After the work is done the process should end by itself; if a library holds it, this long. */
const LINGER_MS = 2_000

/** Runs the command line in this process: signals, closed pipes, exit code. */
export async function runProcess(): Promise<void> {
  const stop = new AbortController()
  let isOutputBroken = false
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) {
        // Asked again: end at once, by the signal's own effect, so that nothing can hold it up.
        process.removeAllListeners(signal)
        process.kill(process.pid, signal)
        return
      }
      write(process.stderr, '\nStopping; once more to stop at once.\n')
      stop.abort(new Interruption(signal, exitCode))
    })
  }
  const broken = (name: string) => (error: NodeJS.ErrnoException) => {
    if (isOutputBroken) return
    isOutputBroken = true
    if (error.code === 'EPIPE') {
      // The reader has seen enough, as `| head` does: end quietly, as other programs do on SIGPIPE.
      stop.abort(new Interruption('closed pipe', 141))
      return
    }
    const text = `forage: ${name} cannot be written (${error.code}); the run is kept in its directory\n`
    if (name === 'standard output') process.stderr.write(text)
    stop.abort(new Interruption(text, 1))
  }
  process.stdout.on('error', broken('standard output'))
  process.stderr.on('error', broken('standard error'))

  function write(stream: NodeJS.WriteStream, text: string): void {
    if (!isOutputBroken) stream.write(text)
  }
  const output = (stream: NodeJS.WriteStream): OutputStream => ({
    write: (text) => write(stream, text),
    get isTTY() {
      return stream.isTTY
    },
    get columns() {
      return stream.columns
    },
  })
  const io: CliIo = {
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    stdin: process.stdin,
    env: processEnvironment(),
    signal: stop.signal,
    now: () => performance.now(),
  }
  process.exitCode = await main(process.argv.slice(2), io)
  setTimeout(() => process.exit(), LINGER_MS).unref()
}
