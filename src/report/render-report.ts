import { Html, html } from './html.ts'
import { curves, family, iterationTable } from './iterations.ts'
import { opening, setup } from './opening.ts'
import { pageMarkup } from './page.ts'
import { poolsSideBySide } from './pools.ts'
import { requests } from './requests.ts'
import type { RunRecord } from './run-record.ts'
import { storyOf } from './story.ts'
import { reportStyle } from './style.ts'
import { wholeTicks } from './ticks.ts'

/**
 * One run as one HTML file that needs nothing else: no script, no network, no font. Pure: the same record
 * gives the same bytes.
 *
 * Topics, personas and whatever a model wrote are hostile text here: they are escaped as text, characters
 * that turn or hide text are written out by code point, and the page's Content-Security-Policy allows only
 * its one style sheet, by hash.
 *
 * @throws RangeError when the events do not begin with `run-started`
 */
export function renderReport(record: RunRecord): string {
  const story = storyOf(record.events)
  const lastIteration = story.iterations.at(-1)?.iteration ?? 0
  const style = reportStyle(lastIteration + 1, wholeTicks(lastIteration, 6)[1] ?? 1)
  const { topic, task, isMatched = false } = story.started
  return pageMarkup({
    title: `${topic}: Forage report (${task})${isMatched ? ', matched' : ''}`,
    style,
    resultId: 'result',
    body: headed(
      html`${opening(record, story)}
${contents(story.iterations.length > 0)}
${poolsSideBySide(story)}
${curves(story)}
${family(story)}
${iterationTable(story)}
${requests(record, story)}
${setup(record, story)}`,
      isMatched,
    ),
  })
}

/** Every part of the report of a matched run says so in its heading; text is escaped, so these tags are the page's own. */
function headed(body: Html, isMatched: boolean): Html {
  return isMatched ? new Html(body.markup.replaceAll('</h2>', ' (matched)</h2>')) : body
}

/** Links to the parts that are on the page: without a finished iteration there are few. */
function contents(hasIterations: boolean): Html {
  const parts = [
    ...(hasIterations
      ? [
          ['pools', 'Pools'],
          ['curves', 'Curves'],
          ['family', 'Family'],
          ['iterations', 'Iterations'],
        ]
      : []),
    ['requests', 'Prompts and answers'],
    ['setup', 'Set-up'],
  ] as const
  return html`<nav aria-label="Parts of this report">${parts.map(([id, name]) => html`<a href="#${id}">${name}</a> `)}</nav>`
}
