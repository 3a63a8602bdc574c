import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Where systems keep a Chromium. */
const CHROMIUM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => existsSync(path))

const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'

/** Machines without a Chromium leave these tests out; where tests decide what lands, that is a failure. */
export const runsChromium = CHROMIUM !== undefined || process.env.CI !== undefined

/** @param withoutFlags flags of Playwright's own that are left out */
export function launchChromium(withoutFlags: string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM as string,
    args: FLAGS.split(' '),
    ignoreDefaultArgs: withoutFlags,
  })
}
