import type { ExperimentCase } from '../lab/experiments/plan.ts'
import { caseKey } from '../lab/experiments/plan.ts'
import type { RunLine } from '../lab/experiments/run-line.ts'
import type { Budget } from '../lab/scheduler/budget.ts'
import { paceOf } from '../lab/scheduler/pace.ts'
import { counted } from './figures.ts'
import type { CliIo } from './io.ts'
import { formatSeconds } from './progress.ts'
import { statusLine } from './status-line.ts'
import { terminalStyle } from './terminal-style.ts'
import { printable } from './terminal-text.ts'

export interface LabProgress {
  readonly started: (one: ExperimentCase) => void
  readonly ended: (line: RunLine, one: ExperimentCase) => void
  readonly note: (text: string) => void
  stop(): void
}

/** Where a line cannot be drawn over, one is printed each time a tenth more is done, or after this long. */
const LINE_SECONDS = 60

/** One display for all runs of an experiment: how many, how fast, how long still, what it took so far. */
export function labProgress(
  waiting: readonly ExperimentCase[],
  atOnce: number,
  budget: Pick<Budget, 'spent'>,
  io: CliIo,
): LabProgress {
  const { columns, canRedraw } = terminalStyle(io.stderr, io.env)
  const status = statusLine(io.stderr, columns, canRedraw, io.now)
  const first = new Map<string, string>()
  for (const { name } of waiting) {
    const topic = JSON.stringify([name.domain, name.topic, name.seed])
    if (!first.has(topic)) first.set(topic, name.audience)
  }
  const kindOf = ({ name }: ExperimentCase) => {
    const isFirst = first.get(JSON.stringify([name.domain, name.topic, name.seed])) === name.audience
    return `${name.domain} ${name.strategy} ${isFirst ? 'first' : 'later'}`
  }
  const pace = paceOf(waiting.map(kindOf), atOnce)
  const startedAt = io.now()
  const startedAtOf = new Map<string, number>()
  let printedAt = startedAt
  let printedTenth = 0

  const line = () => {
    const elapsed = (io.now() - startedAt) / 1000
    const rate = pace.runsPerSecond(elapsed)
    const left = pace.secondsLeft()
    const { modelCalls, costUsd } = budget.spent
    return [
      `${counted(pace.done)} of ${counted(pace.total)} runs`,
      ...(rate === undefined
        ? []
        : [rate >= 1 ? `${rate.toFixed(0)} runs/s` : `${(rate * 60).toFixed(1)} runs/min`]),
      ...(left === undefined ? [] : [`about ${formatSeconds(left)} left`]),
      ...(modelCalls > 0 ? [`${counted(modelCalls)} new model calls`] : []),
      ...(costUsd === null ? ['cost not known'] : costUsd > 0 ? [`$${costUsd.toFixed(4)}`] : []),
    ].join(', ')
  }

  return {
    started(one) {
      startedAtOf.set(caseKey(one.name), io.now())
      const { topic, audience, strategy } = one.name
      if (canRedraw) status.set(printable(`${line()}; ${topic}, ${audience}, ${strategy}`))
    },
    ended(ended, one) {
      const now = io.now()
      const key = caseKey(one.name)
      pace.ended(kindOf(one), (now - (startedAtOf.get(key) ?? now)) / 1000)
      startedAtOf.delete(key)
      if (ended.kind === 'failed') {
        status.above(
          printable(`No result: ${ended.topic}, ${ended.audience}, ${ended.strategy}: ${ended.reason}`) +
            '\n',
        )
      }
      const tenth = Math.floor((10 * pace.done) / pace.total)
      if (canRedraw || (tenth === printedTenth && now - printedAt < 1000 * LINE_SECONDS)) return
      printedTenth = tenth
      printedAt = now
      status.above(`${line()}\n`)
    },
    note: (text) => status.above(`${printable(text)}\n`),
    stop: () => status.stop(),
  }
}
