import { createHash } from 'node:crypto'
import { Html, html } from './html.ts'

export interface Page {
  readonly title: string
  readonly style: string
  /** Where the link for keyboards leads that skips what comes before the result. */
  readonly resultId: string
  readonly body: Html | readonly (Html | null)[]
}

/** One HTML file that needs nothing else. Its policy lets in its one style sheet, by hash, and nothing more. */
export function pageMarkup({ title, style, resultId, body }: Page): string {
  const hash = createHash('sha256').update(style, 'utf8').digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#${resultId}">To the result</a>
<main>
${body}
</main>
</body>
</html>
`
  return page.markup
}
