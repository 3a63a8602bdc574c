import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A Python process that answers one JSON line for each it is given, and waits idle in between. */
export interface PythonRival {
  ask<Answer>(question: object): Promise<Answer>
  close(): void
}

/**
 * Starts `rivals/<script>` with the interpreter that FORAGE_PYTHON names, else `python3`.
 *
 * @throws Error that says what to do when there is no interpreter or no NumPy
 */
export async function startPythonRival(
  script: string,
): Promise<PythonRival & { versions: Record<string, string> }> {
  const interpreter = process.env.FORAGE_PYTHON ?? 'python3'
  const file = fileURLToPath(new URL(`../rivals/${script}`, import.meta.url))
  const child = spawn(interpreter, [file], { stdio: ['pipe', 'pipe', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', (chunk) => {
    complaint += chunk
  })
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('close', (code) => resolve(`ended with ${code}: ${complaint.trim().split('\n').at(-1) ?? ''}`))
  })
  child.stdin.on('error', () => {})
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const rival: PythonRival = {
    async ask<Answer>(question: object) {
      child.stdin.write(`${JSON.stringify(question)}\n`)
      const line = await Promise.race([lines.next(), ended])
      if (typeof line === 'string' || line.done === true) {
        throw new Error(`${interpreter} ${script}: ${typeof line === 'string' ? line : await ended}`)
      }
      return JSON.parse(line.value) as Answer
    },
    close() {
      child.stdin.end()
      child.kill()
    },
  }
  try {
    return { ...rival, versions: await rival.ask<Record<string, string>>({ command: 'versions' }) }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(
      `the NumPy rival did not start (${reason}). Make an environment with \`python3 -m venv DIR\` and ` +
        '`DIR/bin/pip install numpy`, then set FORAGE_PYTHON=DIR/bin/python',
      { cause },
    )
  }
}
