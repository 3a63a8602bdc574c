import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Command } from 'commander'
import { InputError } from '../core/errors.ts'
import type { CliIo } from './io.ts'
import { onceOption } from './run-flags.ts'

/** Adds `report` to `forage lab`. What it needs is loaded when it runs. */
export function addLabReportCommand(lab: Command, io: CliIo): void {
  lab
    .command('report')
    .description('One HTML file of one or more experiments: tables, curves, pools; several are compared')
    .argument('<dir...>', 'directories that experiments of forage lab wrote')
    .addOption(
      onceOption(
        '--out <file>',
        'the report (default: report.html, or comparison.html, in the first directory)',
      ),
    )
    .addHelpText('after', '\nExample:\n  forage lab report runs/lab-table5-smoke')
    .action(async (directories: string[], flags: { out?: string }) => {
      await labReportCommand(directories, flags, io)
    })
}

/**
 * `forage lab report DIR...`: writes the page, and for several experiments the comparison as Markdown and CSV
 * beside it.
 *
 * @throws InputError when a directory is none of an experiment's; ForageError `not-written`, `disk-full`
 */
async function labReportCommand(
  directories: readonly string[],
  flags: { readonly out?: string },
  io: CliIo,
): Promise<void> {
  const isOne = directories.length === 1
  const out = flags.out ?? join(directories[0] as string, isOne ? 'report.html' : 'comparison.html')
  if (!/\.html?$/i.test(out)) throw new InputError('--out', out, 'give a file whose name ends in .html')
  const twice = directories.find((directory, index) => directories.indexOf(directory) < index)
  if (twice !== undefined) throw new InputError('directory', twice, 'is given twice; give each once')
  const [{ loadPaperTable }, { explained, replaceFile }, { readExperiment }, { renderLabReport }] =
    await Promise.all([
      import('../lab/experiments/paper-table5.ts'),
      import('../lab/run-directory.ts'),
      import('../report/lab/read-experiment.ts'),
      import('../report/lab/render-lab-report.ts'),
    ])
  const records = []
  for (const directory of directories) records.push(await readExperiment(directory, out))
  const { page, comparison } = renderLabReport(records, await loadPaperTable())
  const stem = out.replace(/\.html?$/i, '')
  const files = {
    ...(comparison === null ? {} : { [`${stem}.md`]: comparison.markdown, [`${stem}.csv`]: comparison.csv }),
    [out]: page,
  }
  for (const [path, text] of Object.entries(files)) {
    explained(path, () => replaceFile(path, text))
    io.stdout.write(`${path}\n`)
  }
  io.stderr.write(`Open it in a browser: ${pathToFileURL(out).href}\n`)
}
