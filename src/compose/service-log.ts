import { pino } from 'pino'
import type { ServiceLog } from '../service/dependencies.ts'
import { scrubbedLine } from '../service/scrubbed-line.ts'
import type { LogLevel } from './service-settings.ts'

/** Names under which a secret could come into a line by mistake. */
const NEVER = [
  'authorization',
  'key.text',
  'token',
  'password',
  'secret',
  '*.authorization',
  '*.token',
  '*.password',
]

/** One JSON object a line, on standard error. */
export function serviceLog(level: LogLevel, write: (line: string) => unknown): ServiceLog {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: NEVER, censor: '[redacted]' },
    },
    { write: (line) => write(scrubbedLine(line)) },
  )
}
