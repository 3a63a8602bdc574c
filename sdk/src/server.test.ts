import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)

/** As a server imports the built package: plain Node, with no page around. */
async function inNode(code: string): Promise<string> {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', code])
  return stdout
}

test('a server may import all of it, and the element’s code does nothing there', async () => {
  const code = `
    import { createClient, whenSeen } from 'forage-sdk'
    import { defineForageSlate } from 'forage-sdk/element'
    const { setConsent } = defineForageSlate({ key: 'fk_pub_abc123_secret' })
    setConsent(true)
    const fetch = async () => { throw new TypeError('no network') }
    const forage = createClient({ url: 'http://forage.test', key: 'k', fetch, timeoutMs: 50, defaultSlate: ['One'] })
    const { source, items } = await forage.slate('vacuums')
    console.log(typeof whenSeen, source, items[0].text)`
  expect(await inNode(code)).toBe('function default One\n')
})

test('a client that has nothing to send does not keep a process from ending', async () => {
  const code = `
    import { createClient } from 'forage-sdk'
    const fetch = async () => Response.json({ items: [{ id: 'a', text: 'A' }], token: 'v1.x', results: [] })
    await createClient({ url: 'http://forage.test', key: 'k', fetch }).slate('vacuums')
    console.log(process.getActiveResourcesInfo().includes('Timeout'))`
  expect(await inNode(code)).toBe('false\n')
})
