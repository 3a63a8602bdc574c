import type { RelevanceCalibration } from '../../adapters/relevance-scorer/calibration.ts'
import type { RelevanceFigures } from './figures.ts'
import type { Estimate } from './pair-order.ts'

/** The measured part of docs/relevance.md. */
export function figuresMarkdown(
  figures: RelevanceFigures,
  { settings, scale }: RelevanceCalibration,
): string {
  const estimate = ({ value, low, high }: Estimate) =>
    `${percent(value)} (${percent(low)} to ${percent(high)})`
  const order = (['shoppers', 'readers'] as const).map(
    (readership) =>
      `| ${readership} | ${figures.topics[readership]} | ${figures.texts[readership]} | ${estimate(figures.order[readership].pairOrder)} | ${estimate(figures.order[readership].rightPersonaFirst)} |`,
  )
  const personas = figures.personas.map(
    (persona) =>
      `| ${persona.key} | ${percent(persona.pairOrder)} | ${persona.suiting.map(fixed).join(' / ')} | ${fixed(persona.otherMean)} | ${fixed(persona.meanRelevance)} | ${percent(persona.poolCtr)} |`,
  )
  const described = figures.described.map(
    (persona) =>
      `| ${persona.description} | ${percent(persona.pairOrder)} | ${fixed(persona.suitingMean)} | ${fixed(persona.firstPoolMean)} |`,
  )
  const odd = figures.odd.map(
    ({ what, price, history }) => `| ${what} | ${fixed(price)} | ${fixed(history)} |`,
  )
  return `Settings: neutral word "${settings.neutralWord.shoppers}" for shoppers and "${settings.neutralWord.readers}" for readers, description weight ${settings.descriptionWeight}, contrast ${settings.contrast}, shared spread ${settings.sharedSpread}; midpoint ${scale.midpoint}, softness ${scale.softness}.

Agreement with the labelled set (95 % intervals by bootstrap over topics):

| readership | topics | texts | pair order | right persona first |
| --- | ---: | ---: | ---: | ---: |
${order.join('\n')}

With the settings chosen on one half of the topics and measured on the other (mean of both ways and both
readerships): pair order ${percent(figures.heldOut.pairOrder)}, right persona first ${percent(figures.heldOut.rightPersonaFirst)}.

By persona. Pool CTR is that of the first five questions of each topic, with the paper's click rule:

| persona | pair order | relevance of texts that suit (quartiles) | of other labelled texts (mean) | of first pools (mean) | CTR of first pools |
| --- | ---: | ---: | ---: | ---: | ---: |
${personas.join('\n')}

Personas given by a description only (six questions each, against the questions of first pools):

| description | pair order | relevance of texts that suit (mean) | of first pools (mean) |
| --- | ---: | ---: | ---: |
${described.join('\n')}

Odd texts:

| text | price | history |
| --- | ---: | ---: |
${odd.join('\n')}
`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

function fixed(relevance: number): string {
  return relevance.toFixed(1)
}
