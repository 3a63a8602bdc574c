interface Price {
  readonly input: number
  readonly output: number
}

/**
 * What models cost, in US dollars per million tokens: list prices as of 2025-11-01, without cache, batch or volume
 * discounts. Prices change: check them with the provider, and change the date with them. A model that is not here
 * has no known price: its cost is null, never a guess.
 *
 * By provider, then by the start of the model's name, so that dated versions (`gpt-4.1-mini-2025-04-14`) are found.
 */
const PRICES: Readonly<Record<string, Readonly<Record<string, Price>>>> = {
  openai: {
    'gpt-4.1': { input: 2, output: 8 },
    'gpt-4.1-mini': { input: 0.4, output: 1.6 },
    'gpt-4.1-nano': { input: 0.1, output: 0.4 },
    'gpt-4o': { input: 2.5, output: 10 },
    'gpt-4o-mini': { input: 0.15, output: 0.6 },
    'gpt-5': { input: 1.25, output: 10 },
    'gpt-5-mini': { input: 0.25, output: 2 },
    'gpt-5-nano': { input: 0.05, output: 0.4 },
    o3: { input: 2, output: 8 },
    'o4-mini': { input: 1.1, output: 4.4 },
  },
  anthropic: {
    'claude-3-5-haiku': { input: 0.8, output: 4 },
    'claude-haiku-4-5': { input: 1, output: 5 },
    'claude-sonnet-4': { input: 3, output: 15 },
    'claude-sonnet-4-5': { input: 3, output: 15 },
    'claude-opus-4-1': { input: 15, output: 75 },
  },
  google: {
    'gemini-2.0-flash': { input: 0.1, output: 0.4 },
    'gemini-2.5-flash': { input: 0.3, output: 2.5 },
    'gemini-2.5-flash-lite': { input: 0.1, output: 0.4 },
    'gemini-2.5-pro': { input: 1.25, output: 10 },
  },
  bedrock: {
    'amazon.nova-micro': { input: 0.035, output: 0.14 },
    'amazon.nova-lite': { input: 0.06, output: 0.24 },
    'amazon.nova-pro': { input: 0.8, output: 3.2 },
  },
}

/** A model's name may go on after a priced one only with a date or a version: `gpt-4.1-mini` is no `gpt-4.1`. */
const VERSION_SUFFIX = /^(?:[-@](?:\d{4}-?\d{2}-?\d{2}|latest|v\d+|\d{3}))?(?:-v\d+)?(?::\d+)?$/

/**
 * Cost of an answer in US dollars; null where the model's price is not known.
 *
 * @param provider `openai`, `anthropic`, `google` or `bedrock`; others have no list price
 */
export function costUsd(
  provider: string,
  model: string,
  inputTokens: number,
  outputTokens: number,
): number | null {
  for (const [name, price] of Object.entries(PRICES[provider] ?? {})) {
    if (!model.startsWith(name) || !VERSION_SUFFIX.test(model.slice(name.length))) continue
    return (inputTokens * price.input + outputTokens * price.output) / 1_000_000
  }
  return null
}
