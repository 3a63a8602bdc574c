/** What the promise gives; rejects with nothing when that takes longer than `timeoutMs`. */
export function within<T>(timeoutMs: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, timeoutMs)
  })
  return Promise.race([promise, tooLate]).finally(() => clearTimeout(timer))
}
