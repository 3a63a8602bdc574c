/** 22 characters of base 36, over 110 random bits. `crypto.randomUUID` is not there on plain HTTP pages. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(22)), (byte) => (byte % 36).toString(36)).join('')
}
