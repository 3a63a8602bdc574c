import { createClient } from './client.ts'
import { defineForageSlate } from './element.ts'
import { whenSeen } from './when-seen.ts'

/**
 * The one script tag: `<script src="https://forage.example.com/sdk/forage.js" data-key="fk_pub_..."></script>`.
 * The service is where the script comes from, unless `data-url` says another place.
 */
const script = document.currentScript as HTMLScriptElement | null
const { setConsent } = defineForageSlate({
  url: script?.dataset.url ?? script?.src.replace(/\/sdk\/forage\.js.*$/, ''),
  key: script?.dataset.key,
  consent: script?.dataset.consent,
})

Object.assign(globalThis, { forage: { createClient, setConsent, whenSeen } })
