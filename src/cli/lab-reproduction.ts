import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { InputError } from '../core/errors.ts'
import type { CliIo } from './io.ts'
import { onceOption } from './run-flags.ts'

/** Adds `reproduction` to `forage lab`. What it needs is loaded when it runs. */
export function addLabReproductionCommand(lab: Command, io: CliIo): void {
  lab
    .command('reproduction')
    .description('What stored runs reproduce of the paper, what not, and why, as Markdown')
    .argument('<dir...>', 'directories of experiments, or directories right above them')
    .addOption(
      onceOption('--out <file>', 'the document, .md (default: reproduction.md in the first directory)'),
    )
    .addHelpText('after', '\nExample:\n  forage lab reproduction runs/lab-table5-smoke')
    .action(async (directories: string[], flags: { out?: string }) => {
      const out = flags.out ?? join(directories[0] as string, 'reproduction.md')
      if (!/\.md$/i.test(out)) throw new InputError('--out', out, 'give a file whose name ends in .md')
      const { explained, replaceFile } = await import('../lab/run-directory.ts')
      const text = await reproductionText(directories, out)
      explained(out, () => replaceFile(out, text))
      io.stdout.write(`${out}\n`)
    })
}

/**
 * The document of the experiments at these directories and right below them.
 *
 * @param out file it goes to: links lead from there
 * @throws InputError for a directory without an experiment, or one that cannot be read
 */
export async function reproductionText(directories: readonly string[], out: string): Promise<string> {
  const [{ loadPaperTable }, { readExperiment }, { reproductionDocument }] = await Promise.all([
    import('../lab/experiments/paper-table5.ts'),
    import('../report/lab/read-experiment.ts'),
    import('../report/lab/reproduction/reproduction-document.ts'),
  ])
  const records = []
  for (const directory of new Set(directories.flatMap(experimentsAt))) {
    records.push(await readExperiment(directory, out))
  }
  const command = `npx forage lab reproduction ${directories.join(' ')} --out ${out}`
  return reproductionDocument(records, await loadPaperTable(), command)
}

function experimentsAt(directory: string): string[] {
  const isExperiment = (path: string) => existsSync(join(path, 'config.json'))
  // A file, or nothing: reading it says what is wrong.
  if (!existsSync(directory)) return [directory]
  const below = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(directory, name))
    .filter(isExperiment)
    .sort()
  const found = [...(isExperiment(directory) ? [directory] : []), ...below]
  return found.length === 0 ? [directory] : found
}
