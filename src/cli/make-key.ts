import { madeSecretKey } from '../compose/make-key.ts'
import { withStore } from './data-exchange.ts'
import type { CliIo } from './io.ts'

export interface MakeKeyFlags {
  readonly name?: string
  readonly data?: string
}

/** `forage make-key`: a secret key for who has lost theirs, and may open the database. */
export async function makeKeyCommand(
  { name = 'recovered', ...place }: MakeKeyFlags,
  io: CliIo,
): Promise<void> {
  const text = await withStore(place, io, 'existing', (store) => madeSecretKey(store, name, Date.now()))
  io.stderr.write('A secret key. It is shown this once; the store has only its hash:\n')
  io.stdout.write(`${text}\n`)
}
