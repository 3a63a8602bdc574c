import { hash } from 'node:crypto'
import { html, raw } from 'hono/html'
import { PROBLEMS } from '../problem-codes.ts'
import type { OpenApiDocument, Operation, Schema } from './open-api-document.ts'
import { schemaText } from './schema-text.ts'

type Html = ReturnType<typeof html>

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d8d8d4, #3a3a38); --dim: light-dark(#5c5c57, #a8a8a2); --code: light-dark(#f4f4f1, #242422); }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 6rem; }
h1, h2, h3 { line-height: 1.25; } h2 { border-bottom: 1px solid var(--line); margin-top: 3rem; padding-bottom: .25rem; }
nav ul { columns: 2 18rem; list-style: none; padding: 0; } nav li { break-inside: avoid; }
code, pre { background: var(--code); border-radius: 4px; font: .875em/1.5 ui-monospace, monospace; }
code { padding: .1em .3em; overflow-wrap: anywhere; } pre { overflow-x: auto; padding: .75rem; }
pre code { background: none; padding: 0; }
article { border-bottom: 1px solid var(--line); padding-bottom: 1rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; } th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top; }
th code, td code { overflow-wrap: normal; }
@media (max-width: 40rem) {
  thead { display: none; } tbody, tr { display: block; } tr { border: 1px solid var(--line); border-bottom: 0; padding: .3rem .6rem; }
  tr:last-child { border-bottom: 1px solid var(--line); } td { border: 0; display: inline-block; padding: 0 .6rem 0 0; } td:last-child { display: block; }
}
.dim { color: var(--dim); } .method { font-weight: 700; text-transform: uppercase; }
`

/** The interface as a page that needs nothing else: no script, no font, no other host. */
export function referencePage(document: OpenApiDocument): {
  readonly html: string
  readonly contentPolicy: string
} {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const groups = document.tags.map(({ name, description }) => ({
    name,
    description,
    operations: operations.filter(({ operation }) => operation.tags?.[0] === name),
  }))
  const page = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Forage ${document.info.version}: reference</title><style>${raw(STYLE)}</style></head>
<body>
<h1>Forage ${document.info.version}</h1>
<p>${prose(document.info.description)}</p>
<p>Requests carry a key: <code>Authorization: Bearer fk_...</code>. The same as a file: <a href="/openapi.json">openapi.json</a>.</p>
<nav aria-label="Resources">${groups.map(
    ({ name, operations: own }) => html`<h3><a href="#${anchor(name)}">${name}</a></h3>
<ul>${own.map(({ method, path, operation }) => html`<li><a href="#${anchor(`${method} ${path}`)}">${operation.summary}</a></li>`)}</ul>`,
  )}<h3><a href="#failures">Failures</a></h3><h3><a href="#schemas">Schemas</a></h3></nav>
<main>${groups.map(
    ({
      name,
      description,
      operations: own,
    }) => html`<section><h2 id="${anchor(name)}">${name}</h2><p>${description}</p>
${own.map(({ method, path, operation }) => operationPart(method, path, operation))}</section>`,
  )}
<section><h2 id="failures">Failures</h2>
<p>${prose('`code` is stable, `detail` says what was wrong and what to do, `field` names what is to blame, and `requestId` is in the log. After 429 and 503 `Retry-After` says when to send the same again.')}</p>
<table><thead><tr><th>Code</th><th>Status</th><th>Meaning</th></tr></thead><tbody>${Object.entries(
    PROBLEMS,
  ).map(
    ([code, [status, title]]) =>
      html`<tr><td><code>${code}</code></td><td>${status}</td><td>${title}</td></tr>`,
  )}</tbody></table></section>
<section><h2 id="schemas">Schemas</h2>${Object.entries(document.components.schemas).map(
    ([name, schema]) =>
      html`<article><h3 id="${anchor(`schema ${name}`)}">${name}</h3>${schemaPart(schema)}</article>`,
  )}</section></main>
</body></html>`
  const style = hash('sha256', STYLE, 'base64')
  return {
    html: String(page),
    contentPolicy: `default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  }
}

function operationPart(method: string, path: string, operation: Operation): Html {
  const { summary, description, parameters = [], requestBody, responses, security } = operation
  const isSecret = security?.some((one) => 'secretKey' in one) === true
  const needs = isSecret ? 'Secret key.' : security === undefined ? 'No key.' : 'Publishable or secret key.'
  return html`<article id="${anchor(`${method} ${path}`)}"><h3>${summary}</h3>
<p><code><span class="method">${method}</span> ${path}</code> <span class="dim">${needs}</span></p>
${description === undefined ? '' : html`<p>${prose(description)}</p>`}
${
  parameters.length === 0
    ? ''
    : html`<table><thead><tr><th>Parameter</th><th>In</th><th>Type</th><th>Meaning</th></tr></thead><tbody>${parameters.map(
        (
          one,
        ) => html`<tr><td><code>${one.name}</code>${one.required === true ? ' (needed)' : ''}</td><td>${one.in}</td>
<td><code>${schemaText(one.schema ?? {})}</code></td><td>${prose(one.description ?? String(one.schema?.description ?? ''))}</td></tr>`,
      )}</tbody></table>`
}
${requestBody === undefined ? '' : html`<p>Body${requestBody.required === true ? '' : ', may be left out'}:</p>${bodies(requestBody.content)}`}
<p>Answers:</p><ul>${Object.entries(responses).map(
    ([status, { description: says, content }]) =>
      html`<li><code>${status}</code> ${prose(says)}${
        content === undefined
          ? ''
          : html`: ${Object.entries(content).map(([type, { schema }]) => html`${typeLink(type, schema)} `)}`
      }</li>`,
  )}</ul></article>`
}

function bodies(content: Readonly<Record<string, { readonly schema?: Schema }>>): Html[] {
  return Object.entries(content).map(
    ([type, { schema = {} }]) =>
      html`<p>${typeLink(type, schema)}</p>${'$ref' in schema ? '' : schemaPart(schema)}`,
  ) as Html[]
}

function typeLink(type: string, schema: Schema | undefined): Html {
  const name = /([^/]+)$/.exec(String(schema?.$ref ?? ''))?.[1]
  return name === undefined
    ? html`<span class="dim">${type}</span>`
    : html`<a href="#${anchor(`schema ${name}`)}">${name}</a> <span class="dim">${type}</span>`
}

function schemaPart(schema: Schema): Html {
  const says = typeof schema.description === 'string' ? html`<p>${prose(schema.description)}</p>` : ''
  return html`${says}<pre><code>${schemaText(schema, true)}</code></pre>`
}

/** Text in which `code` is marked. */
function prose(text: string): Html {
  return html`${text.split('`').map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}`
}

function anchor(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}
