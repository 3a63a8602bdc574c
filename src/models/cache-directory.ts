import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import envPaths from 'env-paths'

/**
 * Where Forage keeps what it can fetch or compute again: models, kept answers and embeddings.
 *
 * @param forageHome value of FORAGE_HOME; nothing or blank means the platform's cache directory. A relative
 * path is taken from the current directory; a leading `~/` that no shell expanded means the home directory.
 * @returns an absolute path; it may not exist yet
 */
export function cacheDirectory(forageHome?: string): string {
  const given = forageHome?.trim()
  if (!given) return envPaths('forage', { suffix: '' }).cache
  return given === '~' || given.startsWith('~/') ? join(homedir(), given.slice(1)) : resolve(given)
}

/** Where models lie: `models` in the cache directory. */
export function modelsDirectory(forageHome?: string): string {
  return join(cacheDirectory(forageHome), 'models')
}
