import { readdirSync, readFileSync } from 'node:fs'
import type { RefusalReason } from '../../core/checks/check.ts'
import { CHECKS } from '../../core/checks/check-candidate.ts'
import type { Context } from '../../core/context.ts'
import { clopperPearsonInterval } from '../../core/statistics/exact-binomial.ts'
import type { TaskDefinition } from '../../core/task.ts'

/** What stands between a writer that was turned and a page. The others refuse what is not wanted, not what harms. */
const HOSTILE: readonly RefusalReason[] = ['multi-line', 'control-characters', 'markup', 'prompt-echo']
/** They compare with earlier texts, or ask how likely a text is. */
const COMPARING: readonly RefusalReason[] = ['not-fluent', 'duplicate', 'near-duplicate']

interface SaidTexts {
  readonly task: string
  readonly topic: string
  readonly article?: string
  readonly texts: readonly string[]
}

/** How one set of texts fares. */
export interface HostileFigures {
  readonly name: string
  readonly texts: number
  /** Those that every other check lets pass: what these checks refuse of them is lost. */
  readonly good: number
  readonly refused: readonly {
    readonly text: string
    readonly reason: RefusalReason
    readonly detail: string
  }[]
  /** Refused by these checks among those that others refuse too, by reason. */
  readonly alsoRefused: number
}

export interface MeasuredTexts {
  /** All that a model said, by task. */
  readonly said: readonly HostileFigures[]
  /** Texts that are known to be good. */
  readonly good: readonly HostileFigures[]
  /** Good texts made up around what the checks look for: what they cost at the worst. */
  readonly tempting: HostileFigures
}

const data = new URL('../../../data/', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, data), 'utf8')
const tasks = new Map<string, TaskDefinition>()

/** The checks against hostile text on all that a real model said, before any check, and on prose that people read. */
export function hostileFigures(): MeasuredTexts {
  const { texts } = JSON.parse(read('checks/model-texts.json')) as { texts: SaidTexts[] }
  const byTask = [...new Set(texts.map(({ task }) => task))].map((task) => {
    const own = texts.filter((one) => one.task === task)
    return figuresOf(taskOf(task).name, own, (reason) => !COMPARING.includes(reason))
  })
  const isHostile = (reason: RefusalReason) => HOSTILE.includes(reason)
  return {
    said: byTask,
    good: [
      figuresOf('Pools of the stored studies (`docs/reproduction`)', studied(), isHostile),
      figuresOf('Sentences of the built-in articles', sentences(), isHostile),
    ],
    tempting: figuresOf('Made up to tempt the checks', tempting(), isHostile),
  }
}

function figuresOf(
  name: string,
  sets: readonly SaidTexts[],
  isAsked: (reason: RefusalReason) => boolean,
): HostileFigures {
  const asked = CHECKS.filter(({ reason }) => isAsked(reason))
  const refused: HostileFigures['refused'][number][] = []
  let [all, good, alsoRefused] = [0, 0, 0]
  for (const { task: key, topic, article, texts } of sets) {
    const task = taskOf(key)
    const context: Context = {
      key: topic,
      task: key,
      topic,
      ...(article === undefined ? {} : { article: read(`articles/${article}.txt`) }),
    }
    const input = { task, context, earlier: [], vectorOf: () => undefined }
    for (const text of texts) {
      all++
      const found = asked.map(({ check }) => check({ text }, input)).filter((one) => one !== null)
      const hostile = found.find(({ reason }) => HOSTILE.includes(reason))
      const isGood = found.every(({ reason }) => HOSTILE.includes(reason))
      if (isGood) good++
      if (hostile === undefined) continue
      if (isGood) refused.push({ text, ...hostile })
      else alsoRefused++
    }
  }
  return { name, texts: all, good, refused, alsoRefused }
}

/** What the model wrote in the studies and earlier checks let into pools; each text once a topic. */
function studied(): SaidTexts[] {
  const texts = new Map<string, Set<string>>()
  for (const file of ['runs.jsonl', 'length/runs.jsonl']) {
    const lines = readFileSync(new URL(`../docs/reproduction/${file}`, data), 'utf8')
      .trim()
      .split('\n')
    for (const line of lines) {
      const { topic, firstPool, lastPool } = JSON.parse(line) as StudiedRun
      const own = texts.get(topic) ?? new Set()
      texts.set(topic, own)
      for (const { text } of [...firstPool, ...lastPool]) own.add(text)
    }
  }
  return [...texts].map(([topic, own]) => ({ task: 'article-question', topic, texts: [...own] }))
}

interface StudiedRun {
  readonly topic: string
  readonly firstPool: readonly { readonly text: string }[]
  readonly lastPool: readonly { readonly text: string }[]
}

function tempting(): SaidTexts[] {
  const { texts } = JSON.parse(read('checks/tempting-texts.json')) as Pick<SaidTexts, 'texts'>
  return [{ task: 'headline', topic: 'Anything', texts }]
}

/** Good texts of another kind: with numbers, years, quotations, foreign names and signs. */
function sentences(): SaidTexts[] {
  return readdirSync(new URL('articles/', data))
    .filter((file) => file.endsWith('.txt'))
    .sort()
    .map((file) => {
      const article = file.replace('.txt', '')
      const texts = read(`articles/${file}`)
        .split(/(?<=[.!?])\s+|\n+/u)
        .filter((text) => text.trim() !== '')
      // Without the article: what it is about may be named, so nothing of it would be refused.
      return { task: 'article-question', topic: article.replaceAll('-', ' '), texts }
    })
}

function taskOf(key: string): TaskDefinition {
  const known = tasks.get(key) ?? (JSON.parse(read(`tasks/${key}.json`)) as TaskDefinition)
  tasks.set(key, known)
  return known
}

/** The figures as a part of a page. */
export function hostileMarkdown({ said, good, tempting }: MeasuredTexts): string {
  const lines = [
    '| texts | so many | good but for these checks | refused of them | share, at most (95 %) | refused beside other reasons |',
    '| --- | --- | --- | --- | --- | --- |',
  ]
  const row = ({ name, texts, good, refused, alsoRefused }: HostileFigures) => {
    const [, most] = clopperPearsonInterval({ successes: refused.length, trials: good })
    const share = good === 0 ? '' : `${percent(refused.length / good)} (${percent(most)})`
    lines.push(`| ${name} | ${texts} | ${good} | ${refused.length} | ${share} | ${alsoRefused} |`)
  }
  for (const one of said) row(one)
  const sum = (of: (one: HostileFigures) => number) => said.reduce((total, one) => total + of(one), 0)
  row({
    name: 'All that the model said',
    texts: sum(({ texts }) => texts),
    good: sum(({ good }) => good),
    refused: said.flatMap(({ refused }) => refused),
    alsoRefused: sum(({ alsoRefused }) => alsoRefused),
  })
  for (const one of [...good, tempting]) row(one)
  const refused = [...said, ...good, tempting].flatMap((one) => one.refused)
  if (refused.length > 0) lines.push('', 'Refused though all other checks let them pass:', '')
  for (const { text, reason, detail } of refused)
    lines.push(`- \`${reason}\`, ${detail}: ${JSON.stringify(text)}`)
  return lines.join('\n')
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`
}
