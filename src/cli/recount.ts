import { recounted } from '../compose/exchange.ts'
import { type ServeFlags, serviceSettings } from '../compose/service-settings.ts'
import { openStore } from '../compose/store.ts'
import { counted } from './figures.ts'
import type { CliIo } from './io.ts'

export interface RecountFlags extends Pick<ServeFlags, 'data'> {
  readonly json?: boolean
}

/** `forage recount`: counts everything anew from the raw events that are kept, and says whether that changed anything. */
export async function recountCommand({ data, json }: RecountFlags, io: CliIo): Promise<void> {
  const { place } = serviceSettings(data === undefined ? {} : { data }, io.env)
  const store = await openStore(place)
  try {
    const result = await recounted(store, Date.now())
    if (json === true) io.stdout.write(`${JSON.stringify(result)}\n`)
    else if (result.different === 0) {
      io.stdout.write(`${counted(result.counters)} counters counted anew; all are as they were\n`)
    } else {
      io.stdout.write(
        `${counted(result.counters)} counters counted anew; ${counted(result.different)} differed and were put right\n`,
      )
    }
  } finally {
    await store.close()
  }
}
