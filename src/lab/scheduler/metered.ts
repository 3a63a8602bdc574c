import type { LanguageModel } from '../../ports/language-model.ts'
import type { Writer } from '../../ports/writer.ts'
import type { CallMeter } from './budget.ts'

/** The same writer, each question counted. */
export function meteredWriter(inner: Writer, meter: CallMeter): Writer {
  return {
    name: inner.name,
    rendering: inner.rendering,
    isStandIn: inner.isStandIn,
    write: (request, signal) =>
      metered(
        meter,
        request.samples,
        ({ usage }) => usage,
        () => inner.write(request, signal),
      ),
    close: () => inner.close(),
  }
}

/** The same model, each question counted. */
export function meteredLanguageModel(inner: LanguageModel, meter: CallMeter): LanguageModel {
  return {
    name: inner.name,
    generate: (request, signal) =>
      metered(
        meter,
        1,
        ({ usage }) => usage,
        () => inner.generate(request, signal),
      ),
  }
}

async function metered<Answer>(
  meter: CallMeter,
  calls: number,
  usageOf: (answer: Answer) => Parameters<CallMeter['answered']>[1],
  ask: () => Promise<Answer>,
): Promise<Answer> {
  meter.asking(calls)
  let answer: Answer
  try {
    answer = await ask()
  } catch (error) {
    meter.failed(calls)
    throw error
  }
  meter.answered(calls, usageOf(answer))
  return answer
}
