/** Who changed what, and when. Written in the transaction of the change. */
export interface AuditEntry {
  readonly atMs: number
  /** Name of the key, `optimizer`, or `system`. */
  readonly by: string
  /** Noun-action, such as `item-banned`. */
  readonly action: string
  readonly contextKey: string | null
  /** JSON-able details; no secrets. */
  readonly details: Readonly<Record<string, unknown>>
}

export interface AuditStore {
  appendAudit(entry: AuditEntry): Promise<void>
  /** Newest first. */
  audit(page: {
    readonly contextKey?: string
    readonly cursor: string | null
    readonly limit: number
  }): Promise<{ readonly entries: (AuditEntry & { readonly id: string })[]; readonly next: string | null }>
}
