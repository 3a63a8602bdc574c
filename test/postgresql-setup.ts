import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestProject } from 'vitest/node'
import { startTestServer, type TestServer } from './postgresql-server.ts'

/**
 * One PostgreSQL for all test files of a run: that of FORAGE_TEST_DATABASE_URL, whose user must be allowed to make
 * databases, else one of our own. It is started when a test file asks for its address over HTTP.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.FORAGE_TEST_DATABASE_URL
  let starting: Promise<TestServer> | undefined
  const asked = createServer(async (_, response) => {
    try {
      if (given === undefined) starting ??= startTestServer()
      response.end(given ?? (await starting)?.url)
    } catch (error) {
      response.writeHead(500).end((error as Error).message)
    }
  })
  await new Promise<void>((resolve) => asked.listen(0, '127.0.0.1', resolve))
  project.provide('postgresqlAsk', `http://127.0.0.1:${(asked.address() as AddressInfo).port}/`)
  return async () => {
    asked.closeAllConnections()
    asked.close()
    const server = await starting?.catch(() => undefined)
    await server?.stop()
  }
}
