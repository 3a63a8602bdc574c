/**
 * A module of the build, so that what is timed is what is published. The type is that of its source:
 * `fromBuild<typeof import('../src/core/random.ts')>('core/random.js')`.
 *
 * @throws Error when there is no build
 */
export async function fromBuild<Module>(path: string): Promise<Module> {
  try {
    return (await import(new URL(`../../dist/${path}`, import.meta.url).href)) as Module
  } catch (cause) {
    throw new Error(`dist/${path} cannot be loaded; run \`npm run build\` first`, { cause })
  }
}
