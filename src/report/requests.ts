import type { CandidateFate, RequestAnswered } from '../lab/run-events.ts'
import { count, counted, duration, fixed } from './format.ts'
import { type Html, html, shortened } from './html.ts'
import { bothEnds, LIMITS } from './limits.ts'
import { modeLabel } from './mode-mark.ts'
import type { RunRecord, WriterExchange } from './run-record.ts'
import type { RunStory } from './story.ts'

/** Every prompt and answer, folded, with what became of each candidate. */
export function requests(record: RunRecord, story: RunStory): Html {
  const each = LIMITS.requestsAtEachEnd
  const { first, last, between } = bothEnds(story.requests, each)
  const shown = (request: RequestAnswered, index: number) =>
    requestDetails(request, index, record.answers.get(request.answerKey))
  const lastStart = story.requests.length - last.length
  return html`<section aria-labelledby="requests">
<h2 id="requests">Every prompt and answer</h2>
<p class="note">${
    story.requests.length === 0
      ? 'The writer was never asked.'
      : html`${counted(story.requests.length, 'request')} to the writer. <b>Born</b> candidates went into the pool; <b>spare</b> ones passed but were not needed; <b>refused</b> ones failed a check. The log-probability is the mean over the tokens of a text, natural logarithm, where the model tells it: nearer to 0 is more fluent.`
  }${between > 0 && html` <b>The first ${count(each)} and the last ${count(each)} stand here; the ${count(between)} between are in events.jsonl and answers.jsonl.</b>`}</p>
<div class="requests">${first.map(shown)}${between > 0 && html`<p class="gap">${counted(between, 'request')} between, in events.jsonl and answers.jsonl</p>`}${last.map((request, index) => shown(request, lastStart + index))}</div>
</section>`
}

function requestDetails(request: RequestAnswered, index: number, exchange: WriterExchange | undefined): Html {
  const { candidates, usage } = request
  const fates = (['born', 'spare', 'refused'] as const).map((fate) => ({
    fate,
    times: candidates.filter((candidate) => candidate.fate === fate).length,
  }))
  const summary = html`<span class="where">Iteration ${request.iteration}</span> ${modeLabel(request.mode)} ${request.attempt > 0 && html`<span class="again">try ${request.attempt + 1}</span>`} <span class="fates">${candidates.length === 0 ? 'no candidate' : fates.map(({ fate, times }) => html`<span class="fate-${fate}">${times > 0 && `${times} ${fate}`}</span> `)}</span>`
  return html`<details><summary>${summary}</summary>
<div class="request" id="request-${index + 1}">
<h3>Candidates</h3>
${candidateTable(candidates)}
<h3>Prompt <span class="remark">${shortened(request.promptVersion, 120)}</span></h3>
${exchange === undefined ? html`<p class="note">Not among the recorded answers.</p>` : prompt(exchange)}
<h3>Raw ${exchange !== undefined && exchange.answer.texts.length === 1 ? 'answer' : 'answers'}</h3>
${exchange === undefined ? html`<p class="note">Not among the recorded answers.</p>` : answers(exchange)}
<p class="note">${exchange !== undefined && `Model ${shortened(exchange.answer.model, 120)}, seed ${exchange.request.seed}, sampling temperature ${exchange.request.samplingTemperature}, at most ${counted(exchange.request.outputTokensMax, 'token')} an answer. `}${counted(usage.modelCalls, 'model call')}, ${counted(usage.inputTokens, 'token')} in, ${count(usage.outputTokens)} out, ${duration(usage.seconds)}. Key <code>${shortened(request.answerKey, 80)}</code></p>
</div></details>
`
}

const SIGN = { born: '●', spare: '○', refused: '✕' } as const

function candidateTable(candidates: readonly CandidateFate[]): Html {
  if (candidates.length === 0) return html`<p class="note">None could be read from the answers.</p>`
  const rows = candidates.slice(0, LIMITS.candidates).map((candidate) => {
    const why =
      candidate.fate === 'refused'
        ? html`<b>${shortened(candidate.reason, 40)}</b>: ${shortened(candidate.detail, 300)}`
        : candidate.fate === 'born' && html`as <span class="id">${shortened(candidate.itemId, 12)}</span>`
    return html`<tr><th scope="row" data-label="fate" class="fate-${candidate.fate}"><span aria-hidden="true">${SIGN[candidate.fate]}</span> ${candidate.fate}</th><td data-label="text"><span class="text">${oneLine(candidate.text)}</span></td><td data-label="log-prob.">${candidate.meanLogProbability === undefined ? '–' : fixed(candidate.meanLogProbability, 2)}</td><td data-label="why">${why}</td></tr>
`
  })
  const left = candidates.length - rows.length
  return html`<table class="wide-table candidates"><thead><tr><th scope="col">fate</th><th scope="col">text</th><th scope="col">log-prob.</th><th scope="col">why</th></tr></thead><tbody>${rows}</tbody></table>${left > 0 && html`<p class="note">${counted(left, 'more candidate')} in events.jsonl.</p>`}`
}

function prompt({ request }: WriterExchange): Html {
  const words = request.prompt
  return words.rendering === 'chat'
    ? html`${part('system', words.system)}${part('user', words.user)}`
    : html`${part('beginning, the same for every prompt of this topic', words.prefix)}${part('rest, to be continued', words.tail)}`
}

function part(name: string, text: string): Html {
  return html`<figure class="part"><figcaption>${name}</figcaption><pre>${middleLeftOut(text)}</pre></figure>`
}

function answers({ answer }: WriterExchange): Html {
  const texts = answer.texts.slice(0, LIMITS.candidates)
  const left = answer.texts.length - texts.length
  return html`<ol class="raw">${texts.map(({ text }) => html`<li><pre>${middleLeftOut(text)}</pre></li>`)}</ol>${left > 0 && html`<p class="note">${counted(left, 'more answer')} in answers.jsonl.</p>`}`
}

/** Long prompts and answers keep their beginning and their end: what varies stands last. */
function middleLeftOut(text: string): string {
  const most = LIMITS.promptCharacters
  if (text.length <= most) return text
  const half = most / 2
  return `${text.slice(0, half)}\n\n[${count(text.length - most)} characters left out here; the whole text stands in answers.jsonl]\n\n${text.slice(-half)}`
}

/** A text with its line breaks shown, in one line. */
function oneLine(text: string): string {
  return shortened(text, LIMITS.textCharacters).replace(/\r\n|\n|\r/g, ' ↵ ')
}
