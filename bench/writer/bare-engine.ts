import { getLlama, type LlamaContextSequence, LlamaLogLevel, type Token } from 'node-llama-cpp'

/** What is sampled with: as the local writer does. */
export interface Sampling {
  readonly temperature: number
  readonly minP: number
  readonly seed: number
}

/** node-llama-cpp with nothing around it, on its own copy of the model. */
export interface BareEngine {
  /** As the writer cuts it: prefix and tail each tokenised by itself. */
  tokens(prefix: string, tail: string): { readonly prefix: Token[]; readonly tail: Token[] }
  /**
   * The prompt evaluated once on each sequence, then samples of so many tokens, going back in between.
   *
   * @returns seconds for the prompt and for the samples
   */
  sample(
    prompt: readonly Token[],
    samples: number,
    tokensEach: number,
    sampling: Sampling,
    sequences: number,
  ): Promise<{ readonly prompt: number; readonly samples: number }>
  /** Milliseconds of each piece of a request, one sequence, by name. */
  pieces(
    prompt: { readonly prefix: readonly Token[]; readonly tail: readonly Token[] },
    samples: number,
    tokensEach: number,
    sampling: Sampling,
  ): Promise<ReadonlyMap<string, number>>
  close(): Promise<void>
}

export async function bareEngine(
  modelPath: string,
  threads: number,
  sequences: number,
  contextSize: number,
): Promise<BareEngine> {
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    logLevel: LlamaLogLevel.error,
    logger: () => {},
  })
  const model = await llama.loadModel({ modelPath })
  const context = await model.createContext({ sequences, threads, contextSize })
  const lanes = Array.from({ length: sequences }, () => context.getSequence())

  /** Takes `count` tokens, whatever they are, and goes back to where it was. */
  async function sampleTokens(
    lane: LlamaContextSequence,
    last: Token,
    count: number,
    sampling: Sampling,
    withConfidence: boolean,
    piece?: (name: string, since: number) => void,
  ): Promise<Token[]> {
    const length = lane.nextTokenIndex
    const sampled: Token[] = []
    const options = { ...sampling, yieldEogToken: true }
    const start = performance.now()
    if (withConfidence) {
      for await (const { token } of lane.evaluateWithMetadata([last], { confidence: true }, options)) {
        if (sampled.push(token) >= count) break
      }
    } else {
      for await (const token of lane.evaluate([last], options)) if (sampled.push(token) >= count) break
    }
    piece?.(withConfidence ? 'sampling with confidence' : 'sampling alone', start)
    const goingBack = performance.now()
    await lane.eraseContextTokenRanges([{ start: length, end: lane.nextTokenIndex }])
    if (withConfidence) piece?.('going back', goingBack)
    return sampled
  }

  return {
    tokens(prefix, tail) {
      const start = model.tokens.shouldPrependBosToken && model.tokens.bos !== null ? [model.tokens.bos] : []
      return { prefix: [...start, ...model.tokenize(prefix)], tail: model.tokenize(tail) }
    },
    async sample(prompt, samples, tokensEach, options, used) {
      const last = prompt.at(-1) as Token
      const taken = lanes.slice(0, Math.min(used, samples))
      const start = performance.now()
      await Promise.all(
        taken.map(async (lane) => {
          await lane.clearHistory()
          await lane.evaluateWithoutGeneratingNewTokens(prompt.slice(0, -1))
        }),
      )
      const sampling = performance.now()
      let next = 0
      await Promise.all(
        taken.map(async (lane) => {
          while (next < samples) {
            const seed = options.seed + next++
            await sampleTokens(lane, last, tokensEach, { ...options, seed }, false)
          }
        }),
      )
      return { prompt: (sampling - start) / 1000, samples: (performance.now() - sampling) / 1000 }
    },
    async pieces({ prefix, tail }, samples, tokensEach, sampling) {
      const sums = new Map<string, number>()
      const piece = (name: string, since: number) =>
        sums.set(name, (sums.get(name) ?? 0) + performance.now() - since)
      const lane = lanes[0] as LlamaContextSequence
      const last = tail.at(-1) as Token
      await lane.clearHistory()
      let since = performance.now()
      await lane.evaluateWithoutGeneratingNewTokens([...prefix])
      piece('prefill of the prefix', since)
      since = performance.now()
      if (tail.length > 1) await lane.evaluateWithoutGeneratingNewTokens(tail.slice(0, -1))
      piece('prefill of the tail', since)
      for (let sample = 0; sample < samples; sample++) {
        const seeded = { ...sampling, seed: sampling.seed + sample }
        // In turns, so that neither is always first.
        const order = sample % 2 === 0 ? [true, false] : [false, true]
        for (const withConfidence of order) {
          const sampled = await sampleTokens(lane, last, tokensEach, seeded, withConfidence, piece)
          if (!withConfidence) continue
          since = performance.now()
          for (const token of sampled) model.detokenize([token])
          model.detokenize(sampled)
          piece('detokenising', since)
        }
      }
      return sums
    },
    async close() {
      await context.dispose()
      await model.dispose()
      await llama.dispose()
    },
  }
}
