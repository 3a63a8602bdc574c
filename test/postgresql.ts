import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where a test file asks for the server that all of them share; see `postgresql-setup.ts`. */
    postgresqlAsk: string
  }
}

export interface TestDatabase {
  readonly url: string
  drop(): Promise<void>
}

/** A new, empty database for one test file, on the server that all share. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = await sharedServerUrl()
  const name = `forage_${randomUUID().replaceAll('-', '')}`
  await administer(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => administer(server, `drop database if exists ${name} with (force)`) }
}

/** The server is started when the first test file asks for it, and never where none does. */
async function sharedServerUrl(): Promise<string> {
  const answer = await fetch(inject('postgresqlAsk'))
  const text = await answer.text()
  if (!answer.ok) throw new Error(text)
  return text
}

async function administer(server: string, statement: string): Promise<void> {
  const url = new URL(server)
  if (url.pathname === '' || url.pathname === '/') url.pathname = '/postgres'
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
