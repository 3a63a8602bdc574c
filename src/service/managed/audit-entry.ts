import type { Context } from 'hono'
import type { AuditEntry } from '../../ports/store/audit.ts'
import type { ServiceEnvironment } from '../service-app.ts'

/**
 * The audit's line of a change that a request makes: by the name of its key, whose id is told too because names are
 * not unique.
 */
export function auditEntry(
  context: Context<ServiceEnvironment>,
  atMs: number,
  action: string,
  contextKey: string | null,
  details: Readonly<Record<string, unknown>> = {},
): AuditEntry {
  const { id, name } = context.get('apiKey')
  return { atMs, by: name, action, contextKey, details: { ...details, apiKey: id } }
}
