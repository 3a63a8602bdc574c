import { createHash } from 'node:crypto'
import { Html, html } from './html.ts'
import { curves, family, iterationTable } from './iterations.ts'
import { opening, setup } from './opening.ts'
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
  const hash = createHash('sha256').update(style, 'utf8').digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
  const { topic, task } = story.started
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${topic}: Forage report (${task})</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#result">To the result</a>
<main>
${opening(record, story)}
${contents(story.iterations.length > 0)}
${poolsSideBySide(story)}
${curves(story)}
${family(story)}
${iterationTable(story)}
${requests(record, story)}
${setup(record, story)}
</main>
</body>
</html>
`
  return page.markup
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
