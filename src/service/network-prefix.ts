import { isIPv4, isIPv6 } from 'node:net'

/**
 * The network an address belongs to: /24 of IPv4 (`203.0.113`), /48 of IPv6 (`2001:db8:7`), which is what one home
 * or one office usually has. An IPv4 address inside IPv6 counts as IPv4. `unknown` for anything that is no address.
 */
export function networkPrefix(address: string | undefined): string {
  if (address === undefined) return 'unknown'
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  const plain = mapped ?? address
  if (isIPv4(plain)) return plain.slice(0, plain.lastIndexOf('.'))
  if (!isIPv6(plain)) return 'unknown'
  const [text = ''] = plain.split('%')
  const [head = '', tail] = text.split('::')
  const groups = head === '' ? [] : head.split(':')
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':')
    // A last group in dotted form stands for two.
    const length = after.length + (after.at(-1)?.includes('.') === true ? 1 : 0)
    const zeros = Math.max(0, 8 - groups.length - length)
    groups.push(...new Array<string>(zeros).fill('0'), ...after)
  }
  return groups
    .slice(0, 3)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

/**
 * The address a request came from. Each proxy appends to `X-Forwarded-For` the address that it was called from, so
 * with p trusted proxies the p-th from the end is the client's; what stands before it, the client wrote itself.
 *
 * @param trustedProxies 0: the header is not looked at
 */
export function clientAddress(
  connection: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: number,
): string | undefined {
  if (trustedProxies === 0 || forwardedFor === undefined) return connection
  const addresses = forwardedFor.split(',')
  const written = addresses[Math.max(0, addresses.length - trustedProxies)]?.trim() ?? ''
  // Some proxies add the port: 203.0.113.7:5678, [2001:db8::1]:5678.
  const address = /^\[([^\]]+)\](?::\d+)?$/.exec(written)?.[1] ?? written.replace(/^([\d.]+):\d+$/, '$1')
  return isIPv4(address) || isIPv6(address) ? address : connection
}
