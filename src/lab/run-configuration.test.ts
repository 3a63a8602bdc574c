import { expect, test } from 'vitest'
import { DEFAULT_SETTINGS } from '../core/settings.ts'
import type { TaskDefinition } from '../core/task.ts'
import { configurationText, differences, type RunConfiguration } from './run-configuration.ts'

const configuration: RunConfiguration = {
  forageVersion: '1.0.0',
  task: { key: 'shopping-question', version: 1 } as TaskDefinition,
  isBuiltInTask: true,
  context: { key: 'k', task: 'shopping-question', topic: 'Vacuums' },
  audienceName: 'mine',
  population: {
    personas: [{ persona: { key: 'a', name: 'A', description: 'd', examples: [] }, weight: 1 }],
    choiceTemperature: 1.5,
    noClickScore: 11,
  },
  strategy: 'explore-exploit',
  settings: DEFAULT_SETTINGS,
  seed: 1,
  writer: 'grammar',
  scorer: 'words',
}

/** Every change of what a run hangs on must show, or a directory would go on with another run. */
const CHANGES: readonly [string, Partial<RunConfiguration>][] = [
  ['topic', { context: { ...configuration.context, topic: 'Rain Boots' } }],
  ['article', { context: { ...configuration.context, article: 'text' } }],
  ['audience.choiceTemperature', { population: { ...configuration.population, choiceTemperature: 2 } }],
  [
    'audience.behaviour.lateClicks',
    { population: { ...configuration.population, behaviour: { lateClicks: 0.5 } } },
  ],
  ['settings.iterations', { settings: { ...DEFAULT_SETTINGS, iterations: 3 } }],
  ['strategy', { strategy: 'no-drop' }],
  ['seed', { seed: 2 }],
  ['writer', { writer: 'local:x' }],
  ['encoder', { encoder: 'minilm' }],
]

test.each(CHANGES)('a change of %s shows', (field, change) => {
  const there = JSON.parse(configurationText(configuration))
  const here = JSON.parse(configurationText({ ...configuration, ...change }))
  expect(differences(there, here).join('; ')).toContain(`${field} is`)
})

test('the same configuration is the same text', () => {
  expect(configurationText({ ...configuration })).toBe(configurationText(configuration))
})
