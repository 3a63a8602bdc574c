import { renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ForageError, InputError } from '../core/errors.ts'
import { renderReport } from '../report/render-report.ts'
import { readRunDirectory } from '../report/run-directory.ts'
import type { CliIo } from './io.ts'

/**
 * `forage report DIR`: writes `report.html` of a run anew from what its directory holds.
 *
 * @throws InputError when it is no directory of a run; ForageError `not-written`
 */
export async function reportCommand(path: string, io: CliIo): Promise<void> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new InputError('directory', path, 'is not there or no directory; give one that forage run wrote')
  }
  const html = renderReport(await readRunDirectory(path))
  const reportPath = join(path, 'report.html')
  try {
    const fresh = `${reportPath}.new`
    writeFileSync(fresh, html, { flush: true })
    renameSync(fresh, reportPath)
  } catch (cause) {
    throw new ForageError(
      'not-written',
      `${reportPath}: cannot be written (${(cause as NodeJS.ErrnoException).code}); check the rights and the free space`,
      { cause },
    )
  }
  io.stdout.write(`${reportPath}\n`)
  io.stderr.write(`Open it in a browser: ${pathToFileURL(reportPath).href}\n`)
}
