/** The provider sent more than an answer can be. */
export class AnswerTooLarge extends Error {
  constructor(bytesMax: number) {
    super(`more than ${bytesMax} bytes`)
    this.name = 'AnswerTooLarge'
  }
}

/**
 * `fetch` that stops reading a reply after `bytesMax` bytes, so that a provider gone wild cannot fill the
 * memory. The reading side then fails with `AnswerTooLarge`.
 */
export function limitedFetch(bytesMax: number): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await globalThis.fetch(input, init)
    if (response.body === null) return response
    let bytes = 0
    const counted = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          bytes += chunk.byteLength
          if (bytes > bytesMax) controller.error(new AnswerTooLarge(bytesMax))
          else controller.enqueue(chunk)
        },
      }),
    )
    return new Response(counted, {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
    })
  }
}
