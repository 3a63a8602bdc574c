import { ForageError } from '../../../core/errors.ts'

interface Waiting<Given, Result> {
  readonly given: readonly Given[]
  readonly resolve: (results: Result[]) => void
  readonly reject: (error: unknown) => void
}

/**
 * Calls that come while others are on their way wait and go together, so that many small calls cost one commit.
 * A group that fails for good is tried call by call, so that one bad call fails alone.
 *
 * @param work gives one result for each, in order
 * @param options.atOnce groups on their way at once
 * @param options.sizeMax a group takes further calls up to this many; a larger single call goes alone
 */
export function grouped<Given, Result>(
  work: (given: readonly Given[]) => Promise<Result[]>,
  options: { readonly atOnce: number; readonly sizeMax: number },
): { run(given: readonly Given[]): Promise<Result[]>; idle(): Promise<void> } {
  const waiting: Waiting<Given, Result>[] = []
  const underWay = new Set<Promise<void>>()

  function start(): void {
    while (underWay.size < options.atOnce && waiting.length > 0) {
      const group = [waiting.shift() as Waiting<Given, Result>]
      let size = group[0]?.given.length ?? 0
      for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
        size += next.given.length
        if (size > options.sizeMax) break
        group.push(next)
        waiting.shift()
      }
      const running: Promise<void> = runGroup(work, group).finally(() => {
        underWay.delete(running)
        start()
      })
      underWay.add(running)
    }
  }

  return {
    run: (given) =>
      new Promise((resolve, reject) => {
        waiting.push({ given, resolve, reject })
        start()
      }),
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}

async function runGroup<Given, Result>(
  work: (given: readonly Given[]) => Promise<Result[]>,
  group: readonly Waiting<Given, Result>[],
): Promise<void> {
  try {
    const results = await work(
      group.length === 1 ? (group[0]?.given ?? []) : group.flatMap(({ given }) => given),
    )
    let start = 0
    for (const { given, resolve } of group) {
      resolve(results.slice(start, start + given.length))
      start += given.length
    }
  } catch (error) {
    const isLasting = !(error instanceof ForageError && error.isRetryable)
    if (group.length > 1 && isLasting) {
      for (const one of group) await runGroup(work, [one])
    } else for (const { reject } of group) reject(error)
  }
}
