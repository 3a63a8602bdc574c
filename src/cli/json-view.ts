import type { IterationFinished, RunEvent, RunSummary } from '../lab/run-events.ts'

/**
 * A run for programs: one JSON object a line, one for each iteration and one for the whole.
 *
 * @param now a clock in milliseconds; `seconds` are by it, unlike those in `events.jsonl`
 */
export function jsonView(write: (text: string) => void, now: () => number): (event: RunEvent) => void {
  const startedAt = now()
  let iterationStartedAt = startedAt
  let label: { isMatched?: true } = {}
  return (event) => {
    if (event.kind === 'run-started' && event.isMatched === true) label = { isMatched: true }
    if (event.kind === 'iteration-finished') {
      const finishedAt = now()
      write(
        `${JSON.stringify({ ...iterationLine(event, (finishedAt - iterationStartedAt) / 1000), ...label })}\n`,
      )
      iterationStartedAt = finishedAt
    } else if (event.kind === 'run-finished') {
      write(
        `${JSON.stringify({ summary: { ...summaryLine(event.summary, (now() - startedAt) / 1000), ...label } })}\n`,
      )
    }
  }
}

function iterationLine(event: IterationFinished, seconds: number) {
  const { iteration, poolCtr, averageRelevance, interactions, dropped, born, refused, usage } = event
  return {
    iteration,
    poolCtr,
    averageRelevance,
    interactions,
    pool: event.pool.map(({ id, text, mode, parents, itemCtr, impressions, clicks, relevance }) => ({
      id,
      text,
      mode,
      parents,
      itemCtr,
      impressions,
      clicks,
      relevance,
    })),
    dropped,
    born,
    refused,
    modelCalls: usage.modelCalls,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    seconds,
  }
}

function summaryLine(summary: RunSummary, seconds: number) {
  const { averageCtr, lastCtr, firstCtr, gain, gainInterval, usage, writer, scorer, seed } = summary
  return {
    averageCtr,
    lastCtr,
    firstCtr,
    gain,
    gainInterval,
    modelCalls: usage.modelCalls,
    seconds,
    writer,
    scorer,
    seed,
  }
}
