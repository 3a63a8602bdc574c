import { randomUUID } from 'node:crypto'
import express from 'express'
import { createClient } from 'forage-sdk'
import { answerPage, slatePage } from './page.js'

const { FORAGE_URL = 'http://127.0.0.1:8787', FORAGE_KEY = '', PORT = '3000' } = process.env

/** One client for all visitors: each call says who it is for. */
const forage = createClient({
  url: FORAGE_URL,
  key: FORAGE_KEY,
  timeoutMs: 300,
  defaultSlate: ['Which vacuum suits a small flat?', 'How long does a vacuum last?'],
})

const app = express()

app.get('/', async (request, response) => {
  const slate = await forage.slate('vacuums', { size: 3, visitor: visitorOf(request, response) })
  // The page is sent with the slate at its top, so that is taken for seen.
  forage.impression(slate)
  response.set('cache-control', 'private, no-store').send(slatePage(slate))
})

app.get('/ask', (request, response) => {
  const { slate, item, text } = request.query
  // The token says all that is needed: any of several servers may take the click.
  if (typeof slate === 'string' && typeof item === 'string') forage.click({ token: slate }, item)
  response.send(answerPage(String(text ?? 'Ask us')))
})

/** Your own session or customer number does as well; Forage keeps a keyed hash of it. */
function visitorOf(request, response) {
  const known = /(?:^|;\s*)visitor=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1]
  const visitor = known ?? randomUUID()
  if (!known)
    response.cookie('visitor', visitor, { httpOnly: true, sameSite: 'lax', maxAge: 365 * 86_400_000 })
  return visitor
}

const server = app.listen(Number(PORT), () => {
  console.log(`http://127.0.0.1:${server.address().port}/`)
})

process.on('SIGTERM', () => {
  server.close()
  server.closeIdleConnections()
  // Events that wait go out before the process ends.
  void forage.close()
})
