import { type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import { ForageError } from '../../core/errors.ts'
import type { Writer, WriterAnswer, WriterRequest } from '../../ports/writer.ts'

/**
 * The same writer with a span for each request, by OpenTelemetry's conventions for generative AI. Prompts and answers
 * are no part of it. Without an OpenTelemetry SDK in the process it does nothing.
 */
export function tracedWriter(inner: Writer, tracer: Tracer = trace.getTracer('forage')): Writer {
  const { provider, model } = namesOf(inner.name)
  const operation = inner.rendering === 'chat' ? 'chat' : 'text_completion'
  return {
    name: inner.name,
    rendering: inner.rendering,
    isStandIn: inner.isStandIn,
    write: (request, signal) =>
      tracer.startActiveSpan(`${operation} ${model}`, { kind: SpanKind.CLIENT }, async (span) => {
        span.setAttributes({
          'gen_ai.operation.name': operation,
          'gen_ai.provider.name': provider,
          'gen_ai.request.model': model,
          ...requestAttributes(request),
        })
        try {
          const answer = await inner.write(request, signal)
          span.setAttributes(answerAttributes(answer))
          return answer
        } catch (failure) {
          failed(span, failure)
          throw failure
        } finally {
          span.end()
        }
      }),
    close: () => inner.close(),
  }
}

/** `openai:gpt-4.1-mini` is provider and model; a name alone is both. */
function namesOf(name: string): { provider: string; model: string } {
  const at = name.indexOf(':')
  return at < 0
    ? { provider: 'forage', model: name }
    : { provider: name.slice(0, at), model: name.slice(at + 1) }
}

function requestAttributes({ prompt, samples, seed, samplingTemperature, outputTokensMax }: WriterRequest) {
  return {
    'gen_ai.request.temperature': samplingTemperature,
    'gen_ai.request.max_tokens': outputTokensMax,
    'gen_ai.request.seed': seed,
    'gen_ai.request.choice.count': samples,
    'gen_ai.output.type': prompt.rendering === 'chat' ? 'json' : 'text',
    'forage.prompt.version': prompt.version,
  }
}

function answerAttributes({ model, usage }: WriterAnswer) {
  return {
    'gen_ai.response.model': model,
    'gen_ai.usage.input_tokens': usage.inputTokens,
    'gen_ai.usage.output_tokens': usage.outputTokens,
    ...(usage.costUsd === null ? {} : { 'forage.usage.cost_usd': usage.costUsd }),
  }
}

/** The code alone: a message may quote what the provider said. */
function failed(span: Span, failure: unknown): void {
  const code = failure instanceof ForageError ? failure.code : '_OTHER'
  span.setAttribute('error.type', code)
  span.setStatus({ code: SpanStatusCode.ERROR, message: code })
}
