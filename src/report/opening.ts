import { MATCHED_NOTE } from '../core/strategies/pairing.ts'
import { count, counted, dollars, duration, percent, signedPoints } from './format.ts'
import { type Html, html, shortened } from './html.ts'
import type { RunRecord } from './run-record.ts'
import type { RunStory } from './story.ts'

/** What ran, what a reader must know before the figures, and the result. */
export function opening(record: RunRecord, story: RunStory): Html {
  const { started } = story
  return html`<header>
<p class="kicker">Forage, report of one run</p>
<h1>${started.topic}</h1>
<p class="what">${started.task}, rewritten by <b>${started.strategy}</b> for <b>${started.audience}</b>, texts by <b>${started.writer}</b></p>
${banners(record, story)}
</header>
<section aria-labelledby="result">
<h2 id="result">Result</h2>
${result(story)}
${effort(story)}
</section>`
}

function banners(record: RunRecord, story: RunStory): Html[] {
  const { started, iterations, isFinished } = story
  const notes: HtmlNote[] = []
  if (started.writerIsStandIn) {
    notes.push([
      'No language model wrote these texts.',
      `The writer ${started.writer} is a stand-in that puts sentences together from a grammar, for tests and for machines without weights. Its figures say nothing about a language model.`,
    ])
  }
  if (started.isMatched === true) notes.push(['Matched.', MATCHED_NOTE.replace(/^Matched: t/, 'T')])
  if (!isFinished) {
    const last = iterations.at(-1)?.iteration
    notes.push([
      'The run did not finish.',
      last === undefined
        ? 'No iteration was finished, so there is no result.'
        : `It stopped after iteration ${last} of ${started.settings.iterations}; everything below is what it had by then.`,
    ])
  }
  for (const notice of record.notices ?? []) notes.push(['About the files.', notice])
  return notes.map(
    ([lead, rest]) => html`<p class="banner" role="note"><b>${lead}</b> ${rest}</p>
`,
  )
}

type HtmlNote = readonly [lead: string, rest: string]

function result(story: RunStory): Html | null {
  const { iterations, summary } = story
  const first = iterations[0]
  const last = iterations.at(-1)
  if (first === undefined || last === undefined || summary === undefined) return null
  const { gain, gainInterval } = summary
  const tiles = html`<dl class="tiles">
${tile(html`IP<sub>${first.iteration}</sub> CTR`, percent(summary.firstCtr), 'the first pool, written from the topic alone')}
${tile(html`IP<sub>${last.iteration}</sub> CTR`, percent(summary.lastCtr), story.isFinished ? 'the last pool' : 'the last pool that was shown')}
${tile('gain', `${signedPoints(gain)} points`, `95 % interval ${signedPoints(gainInterval[0])} to ${signedPoints(gainInterval[1])}`)}
${tile('average CTR', percent(summary.averageCtr), `mean over ${counted(iterations.length, 'pool')}`)}
</dl>`
  return html`${tiles}
<p class="note">Pool CTR is the share of visits with a click. ${intervalNote(gainInterval, first.interactions, last.interactions)}</p>`
}

function intervalNote(interval: readonly [number, number], visitsFirst: number, visitsLast: number): string {
  const holdsZero = interval[0] <= 0 && interval[1] >= 0
  const visits =
    visitsFirst === visitsLast
      ? `${count(visitsFirst)} visits each`
      : `${count(visitsFirst)} and ${count(visitsLast)} visits`
  return `The interval is about chance in the visits to these two pools (${visits}): other visits of the same audience would give a gain within it 95 times in 100. It says nothing about other topics, audiences or seeds.${holdsZero ? ' It holds 0, so these visits do not show that the pool changed.' : ''}`
}

function effort(story: RunStory): Html {
  const { usage } = story
  return html`<dl class="tiles small">
${tile('model calls', count(usage.modelCalls), 'sequences sampled')}
${tile('tokens in', count(usage.inputTokens), 'prompts')}
${tile('tokens out', count(usage.outputTokens), 'answers')}
${tile('model time', duration(usage.seconds), 'the writer alone')}
${tile('cost', usage.costUsd === null ? 'unknown' : dollars(usage.costUsd), usage.costUsd === null ? 'no price known for this writer' : 'by the price list')}
</dl>`
}

function tile(name: string | Html, value: string, remark: string): Html {
  return html`<div><dt>${name}</dt><dd><span class="figure">${value}</span> <span class="remark">${remark}</span></dd></div>`
}

/** All settings of the run, the personas, the article. */
export function setup(record: RunRecord, story: RunStory): Html {
  const { config } = record
  const { started } = story
  const { settings } = started
  const weights = config.personas.reduce((sum, persona) => sum + persona.weight, 0)
  const facts: [string, string | number][] = [
    ['task', started.task],
    ['topic', started.topic],
    ['strategy', started.strategy],
    ['writer', `${started.writer}${started.writerIsStandIn ? ' (stand-in, no language model)' : ''}`],
    ['relevance scorer', started.scorer],
    ['seed', started.seed],
    ['pool size (N)', settings.poolSize],
    ['written by each prompt (n)', settings.replacedPerIteration],
    ['iterations (I)', settings.iterations],
    ['visits an iteration (S)', count(settings.interactionsPerIteration)],
    ['items shown together (K)', settings.slateSize],
    ['CTR of an item from', settings.ctrWindow === 'life' ? 'its whole life' : 'the last iteration'],
    ['explore and exploit', settings.exploreExploitTurns === 'both' ? 'both each iteration' : 'by turns'],
    ['candidates for each place', settings.candidatesPerBirth],
    ['tries of one request, at most', settings.writeAttemptsMax],
    ['sampling temperature', settings.samplingTemperature],
  ]
  if (config.choiceTemperature !== undefined) facts.push(['choice temperature (T)', config.choiceTemperature])
  if (config.noClickScore !== undefined) facts.push(['no-click score (RS)', config.noClickScore])
  if (config.forageVersion !== undefined) facts.push(['Forage', config.forageVersion])
  const personas = config.personas.map(
    ({ name, description, weight }) =>
      html`<li><b>${shortened(name, 200)}</b>${config.personas.length > 1 && html` <span class="remark">${percent(weight / weights, 0)} of visits</span>`}<br>${shortened(description, 2000)}</li>`,
  )
  return html`<section aria-labelledby="setup">
<h2 id="setup">Set-up</h2>
<h3>Audience: ${started.audience}</h3>
${personas.length > 0 ? html`<ul class="personas">${personas}</ul>` : html`<p class="note">The run's settings do not describe its personas.</p>`}
<h3>Settings</h3>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${config.article !== undefined && html`<details><summary>The article (${count(config.article.length)} characters)</summary><pre>${shortened(config.article, 50_000)}</pre></details>`}
</section>`
}
