/** Up to 30 digits, 96 random bits. `crypto.randomUUID` is not there on plain HTTP pages. */
export function randomId(): string {
  return crypto.getRandomValues(new Uint32Array(3)).join('')
}
