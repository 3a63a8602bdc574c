import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { builtInCalibration } from '../../adapters/relevance-scorer/calibration.ts'
import { neutralText } from '../../adapters/relevance-scorer/neutral-text.ts'
import { requiredMinilm } from '../../testing/installed-models.ts'
import type { RelevanceFigures } from './figures.ts'
import { figuresMarkdown } from './figures-markdown.ts'
import { readFirstPools, readLabelledTexts } from './labelled-texts.ts'
import { READERSHIPS, scoredLabels } from './measure.ts'
import { orderFigures } from './pair-order.ts'
import { readReferencePersonas } from './reference-personas.ts'

const calibration = builtInCalibration('minilm')
const labelled = readLabelledTexts()
const rootFile = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
const figures = JSON.parse(rootFile('data/calibration/figures.json')) as RelevanceFigures

describe('the labelled set', () => {
  test.each(READERSHIPS)(
    'has at least 60 texts of 12 topics for %s, each persona among them',
    (readership) => {
      const own = labelled.filter((text) => text.readership === readership)
      expect(own.length).toBeGreaterThanOrEqual(60)
      expect(new Set(own.map(({ topic }) => topic)).size).toBeGreaterThanOrEqual(12)
      const labels = new Set(own.map(({ persona }) => persona))
      expect([...labels].sort()).toEqual(
        [...calibration.reference[readership].map(({ key }) => key), null].sort(),
      )
    },
  )

  test('shares neither a text nor a topic with the examples of personas', () => {
    const wordsOf = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N} ]/gu, '')
    const examples = Object.values(calibration.reference).flatMap((personas) =>
      personas.flatMap((persona) => persona.examples.map(wordsOf)),
    )
    for (const { text, topic } of labelled) {
      expect(examples).not.toContain(wordsOf(text))
      expect(examples).not.toContain(wordsOf(neutralText(text, topic, 'it')))
    }
    const topics = new Set(labelled.map(({ topic }) => topic.toLowerCase().replace(/s$/, '')))
    for (const topic of topics) expect(examples.filter((example) => example.includes(topic))).toEqual([])
  })
})

test('the calibration holds the built-in personas as they are', () => {
  expect(calibration.reference).toEqual(readReferencePersonas())
})

test('docs/relevance.md shows the stored figures', () => {
  // The formatter pads tables.
  const plain = (text: string) => text.replace(/-{2,}/g, '--').replace(/ +/g, ' ').replace(/-- ?:/g, '--:')
  expect(plain(rootFile('docs/relevance.md'))).toContain(plain(figuresMarkdown(figures, calibration)).trim())
})

test('first pools are within the range of the paper for every persona', () => {
  expect(readFirstPools().length).toBeGreaterThan(100)
  for (const { key, poolCtr, meanRelevance } of figures.personas) {
    expect(poolCtr, key).toBeGreaterThan(0.01)
    expect(poolCtr, key).toBeLessThan(0.16)
    expect(meanRelevance, key).toBeGreaterThan(2)
    expect(meanRelevance, key).toBeLessThan(5)
  }
})

describe('with the real encoder', () => {
  test('pair order on the labelled set is what is stored, and above 93 %', async () => {
    const encoder = await requiredMinilm()
    const labels = await scoredLabels(encoder, calibration.settings, calibration.reference, labelled)
    await encoder.close()
    for (const readership of READERSHIPS) {
      const { pairOrder, rightPersonaFirst } = orderFigures(labels[readership])
      const stored = figures.order[readership]
      // Another processor may round differently; a pair or two may turn.
      expect(Math.abs(pairOrder - stored.pairOrder.value)).toBeLessThan(0.005)
      expect(Math.abs(rightPersonaFirst - stored.rightPersonaFirst.value)).toBeLessThan(0.03)
      expect(pairOrder).toBeGreaterThan(0.93)
      expect(rightPersonaFirst).toBeGreaterThan(0.85)
    }
    expect(figures.heldOut.pairOrder).toBeGreaterThan(0.93)
  })
})
