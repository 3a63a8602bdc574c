import { describe, expect, it } from 'vitest'
import { clientAddress, networkPrefix } from './network-prefix.ts'

describe('networkPrefix', () => {
  it.each([
    ['203.0.113.9', '203.0.113'],
    ['::ffff:203.0.113.9', '203.0.113'],
    ['2001:db8:7:1::5', '2001:db8:7'],
    ['2001:0db8:0007:0001:0000:0000:0000:0005', '2001:db8:7'],
    ['2001:DB8::1', '2001:db8:0'],
    ['2001:db8::7:0:0:0:1', '2001:db8:0'],
    ['::1', '0:0:0'],
    ['::', '0:0:0'],
    ['1::', '1:0:0'],
    ['fe80::1%eth0', 'fe80:0:0'],
    ['64:ff9b::203.0.113.9', '64:ff9b:0'],
    ['1:2:3:4:5:6:7::', '1:2:3'],
    ['', 'unknown'],
    ['localhost', 'unknown'],
    ['203.0.113', 'unknown'],
    [undefined, 'unknown'],
  ])('of %s is %s', (address, prefix) => {
    expect(networkPrefix(address)).toBe(prefix)
  })
})

describe('clientAddress', () => {
  it('does not look at what a client may write itself', () => {
    expect(clientAddress('10.0.0.1', '1.2.3.4', 0)).toBe('10.0.0.1')
    expect(clientAddress('10.0.0.1', '6.6.6.6, 1.2.3.4', 1)).toBe('1.2.3.4')
    expect(clientAddress('10.0.0.1', '6.6.6.6,1.2.3.4 , 10.0.0.2', 2)).toBe('1.2.3.4')
  })

  it('takes addresses with a port, as some proxies write them', () => {
    expect(clientAddress('10.0.0.1', '6.6.6.6, 1.2.3.4:5678', 1)).toBe('1.2.3.4')
    expect(clientAddress('10.0.0.1', '[2001:db8::1]:5678', 1)).toBe('2001:db8::1')
    expect(clientAddress('10.0.0.1', '[2001:db8::1]', 1)).toBe('2001:db8::1')
    expect(clientAddress('10.0.0.1', '2001:db8::1', 1)).toBe('2001:db8::1')
    expect(clientAddress('10.0.0.1', '[nobody]:1', 1)).toBe('10.0.0.1')
  })

  it('falls back on the connection', () => {
    expect(clientAddress('10.0.0.1', undefined, 1)).toBe('10.0.0.1')
    expect(clientAddress('10.0.0.1', 'unknown', 1)).toBe('10.0.0.1')
    expect(clientAddress('10.0.0.1', '', 1)).toBe('10.0.0.1')
    expect(clientAddress('10.0.0.1', '1.2.3.4', 3)).toBe('1.2.3.4')
  })
})
