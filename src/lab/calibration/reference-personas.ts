import { readFileSync } from 'node:fs'
import type { ReferencePersona } from '../../adapters/relevance-scorer/calibration.ts'
import type { ReferencePersonas } from './measure.ts'

const KEYS = {
  shoppers: ['price', 'quality', 'brand-reputation', 'features', 'ethics'],
  readers: ['discussion', 'history', 'event', 'person', 'location'],
} as const

/** The built-in single personas by readership, as data/audiences has them. */
export function readReferencePersonas(): ReferencePersonas {
  return { shoppers: KEYS.shoppers.map(readPersona), readers: KEYS.readers.map(readPersona) }
}

function readPersona(key: string): ReferencePersona {
  const file = new URL(`../../../data/audiences/${key}.json`, import.meta.url)
  const { description, examples } = JSON.parse(readFileSync(file, 'utf8')) as ReferencePersona
  return { key, description, examples }
}
