/** What no line of a log may hold, wherever it comes from: an error's message, a driver's detail, a header. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  // API keys: what names one stays.
  [/(fk_(?:pub|sec)_[a-z0-9]{6})_[a-z0-9]{8,}/g, '$1_[redacted]'],
  // Passwords in addresses of databases and proxies.
  [/([a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"\\]{0,200}):[^\s@/"\\]{1,500}@/gi, '$1:[redacted]@'],
  // Keys of model providers, and whatever came as a bearer.
  [/\b(sk|pk|rk|gsk|xai)-[A-Za-z0-9_-]{16,}/g, '$1-[redacted]'],
  [/\bAIza[A-Za-z0-9_-]{30,}/g, '[redacted]'],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{16,}/gi, '$1 [redacted]'],
  // Slate tokens: they carry a visitor's hash.
  [/\bv1\.[A-Za-z0-9_-]{40,}/g, 'v1.[redacted]'],
]

/** A line of the log without secrets. */
export function scrubbedLine(line: string): string {
  return SECRETS.reduce((text, [secret, instead]) => text.replace(secret, instead), line)
}
