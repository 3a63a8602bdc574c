import { serve } from '@hono/node-server'
import { Hono } from 'hono'

// The rival: the least that Hono can do, with an answer of the same size. Said on standard output: its port.
const [, , characters] = process.argv
const body = 'x'.repeat(Number(characters))
const app = new Hono().get(
  '/v1/contexts/:key/slate',
  () => new Response(body, { headers: { 'content-type': 'application/json' } }),
)
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) =>
  console.log(JSON.stringify({ port })),
)
