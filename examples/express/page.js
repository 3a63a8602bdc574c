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
  return page(`<h1>Vacuums</h1><h2>What others want to know</h2><ul>${rows.join('')}</ul>`)
}

/** @param {string} question */
export function answerPage(question) {
  return page(`<h1>${escaped(question)}</h1><p>The shop's answer.</p><p><a href="/">Back</a></p>`)
}

/** @param {string} body */
function page(body) {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Shop</title></head><body><main>${body}</main></body></html>`
}
