/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

/** @param {import('forage-sdk').Slate} slate */
export function slatePage(slate) {
  const rows = slate.items.map((item) => {
    const query = new URLSearchParams({
      item: item.id,
      text: item.text,
      ...(slate.token && { slate: slate.token }),
    })
    return `<li><a rel="nofollow" href="/ask?${escaped(query.toString())}">${escaped(item.text)}</a></li>`
  })
  const list = rows.length > 0 ? `<h2>What others want to know</h2><ul>${rows.join('')}</ul>` : ''
  return page('Vacuums', `<p>The shop's own text about vacuums.</p>${list}`)
}

/** @param {string} question */
export function answerPage(question) {
  return page(question, `<p>The shop's answer.</p><p><a href="/">Back to vacuums</a></p>`)
}

/** Colours are the browser's own, so that light and dark need nothing else. */
const STYLE = `
:root { color-scheme: light dark; background: Canvas; color: CanvasText; font-family: system-ui, sans-serif; line-height: 1.5 }
body { max-width: 45rem; margin: 2rem auto; padding: 0 1rem }
h2 { font-size: 1.2rem }
ul { list-style: none; padding: 0; display: grid; gap: .5rem }
li a { display: block; padding: .55rem .9rem; border: 1px solid; border-radius: .6rem; color: inherit; text-decoration: none }
li a:hover { text-decoration: underline }
`

/**
 * @param {string} title plain text
 * @param {string} body markup
 */
function page(title, body) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body><main><h1>${escaped(title)}</h1>${body}</main></body>
</html>
`
}
