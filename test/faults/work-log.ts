/** An iteration that a process has begun, as its log tells. */
export interface WorkSeen {
  /** Number of the process: another one after a restart. */
  readonly process: number
  /** `vacuums live` */
  readonly arm: string
  readonly iteration: number
  /** Its questions that were answered, by asking or from what was kept. */
  answered: number
  /** Of these, what had been paid for before. */
  reused: number
  end: 'none' | 'committed' | 'given-up'
}

/** A process that died in the middle of an iteration, and who ended it. */
export interface Takeover {
  /** `vacuums live 4` */
  readonly iteration: string
  /** Questions that the dead process had an answer to. */
  readonly answered: number
  /** Undefined when nobody said so: the commit had gone through. */
  readonly by: WorkSeen | undefined
}

/** What the optimizers of several processes do, read from what they log as it comes. */
export interface WorkLog {
  /** Takes the output of one more process, in pieces of any size. */
  process(): { readonly number: number; take(text: string): void }
  /** What processes work on at this moment. */
  underWay(): readonly WorkSeen[]
  /** For each iteration that one of the given processes began and did not end: who did. */
  takeovers(dead: ReadonlySet<number>): Takeover[]
  /** Another process has ended this iteration, or has begun a later one of its arm. */
  hasGoneOn(work: WorkSeen): boolean
}

export function workLog(): WorkLog {
  const works: WorkSeen[] = []
  const open = new Map<string, WorkSeen>()
  let processes = 0

  function take(process: number, line: string): void {
    if (!line.includes('"kind":"')) return
    let said: Record<string, unknown>
    try {
      said = JSON.parse(line) as Record<string, unknown>
    } catch {
      // Torn by the end of the process.
      return
    }
    const arm = `${said.contextKey} ${said.arm}`
    const name = `${process} ${arm}`
    if (said.kind === 'iteration-started') {
      const iteration = Number(said.iteration)
      const begun: WorkSeen = { process, arm, iteration, answered: 0, reused: 0, end: 'none' }
      works.push(begun)
      open.set(name, begun)
      return
    }
    const work = open.get(name)
    if (work === undefined) return
    if (said.kind === 'request-answered') {
      work.answered++
      if (said.isReused === true) work.reused++
    } else if (said.kind === 'iteration-committed') {
      work.end = 'committed'
      open.delete(name)
    } else if (['iteration-failed', 'lease-lost', 'arm-waits'].includes(String(said.kind))) {
      work.end = 'given-up'
      open.delete(name)
    }
  }

  return {
    process() {
      const number = ++processes
      let rest = ''
      return {
        number,
        take(text) {
          const lines = (rest + text).split('\n')
          rest = lines.pop() ?? ''
          for (const line of lines) take(number, line)
        },
      }
    },
    underWay: () => [...open.values()],
    takeovers: (dead) =>
      works
        .filter(({ process, end }) => dead.has(process) && end === 'none')
        .map((work) => ({
          iteration: `${work.arm} ${work.iteration}`,
          answered: work.answered,
          by: works.find((other) => isSame(other, work) && other.end === 'committed'),
        })),
    hasGoneOn: (work) =>
      works.some(
        (other) =>
          (isSame(other, work) && other.end === 'committed') ||
          (other.arm === work.arm && other.iteration > work.iteration),
      ),
  }
}

/** The same iteration, in another process. */
function isSame(other: WorkSeen, work: WorkSeen): boolean {
  return other.arm === work.arm && other.iteration === work.iteration && other.process !== work.process
}

/**
 * @param struck how often a process was killed with an iteration half done
 * @returns what is wrong: what the dead process had an answer to was asked again, or nobody ever took over
 */
export function heldTakeovers(takeovers: readonly Takeover[], struck: number): string[] {
  const broken = takeovers
    .filter(({ answered, by }) => by !== undefined && by.reused < answered)
    .map(
      ({ iteration, answered, by }) =>
        `iteration ${iteration} was taken over, and of ${answered} answers ${by?.reused} were reused`,
    )
  if (struck > 0 && takeovers.every(({ by }) => by === undefined))
    broken.push('no iteration that a dead process had begun was ended by another')
  return broken
}
