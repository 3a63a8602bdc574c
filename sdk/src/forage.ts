import { createClient } from './client.ts'
import { defineForageSlate } from './element.ts'
import { whenSeen } from './when-seen.ts'

/**
 * The one script tag: `<script src="https://forage.example.com/sdk/forage.js" data-key="fk_pub_..."></script>`.
 * The service is where the script comes from, unless `data-url` says another place. A script of type `module` is not
 * told its own tag, so that is looked for.
 */
const script = document.currentScript ?? document.querySelector('script[data-key]')
const { src, dataset } = (script ?? {}) as Partial<HTMLScriptElement>
const { setConsent } = defineForageSlate({ url: src?.split('/sdk/forage.js')[0], ...dataset })

Object.assign(globalThis, { forage: { createClient, setConsent, whenSeen } })
