import { z } from '@hono/zod-openapi'
import { armKeyText, contextKeyText } from './text.ts'

/** `{key}` in the path; a `/` in it is sent as `%2F`. */
export const contextParams = z.object({
  key: contextKeyText.openapi({
    param: { name: 'key', in: 'path', description: 'Of the context; a `/` in it is sent as `%2F`.' },
    example: 'vacuums',
  }),
})

export const armParams = contextParams.extend({
  arm: armKeyText.openapi({
    param: { name: 'arm', in: 'path', description: '`live` and `holdout` unless configured otherwise.' },
    example: 'live',
  }),
})

export const itemParams = armParams.extend({
  id: z
    .string()
    .regex(/^i\d{1,9}$/, 'give the id of an item, such as i4')
    .openapi({ param: { name: 'id', in: 'path', description: 'Of the item.' }, example: 'i4' }),
})

/** A whole number in a path or query. */
export function wholeNumberText(least: number, most: number) {
  const advice = `give a whole number from ${least} to ${most}`
  return z
    .string(advice)
    .regex(/^\d{1,12}$/, advice)
    .transform(Number)
    .refine((value) => value >= least && value <= most, advice)
    .openapi({ type: 'integer', minimum: least, maximum: most })
}

/** `cursor` and `limit` of a list. */
export function pageQuery(limitDefault: number, limitMax: number) {
  return z.strictObject({
    cursor: z
      .string()
      .max(1000, 'give the cursor that came with the page before')
      .optional()
      .describe('`next` of the page before; none for the first page.'),
    limit: wholeNumberText(1, limitMax).optional().describe(`Entries a page; ${limitDefault} when left out.`),
  })
}

/** `next` of a page. */
export const nextCursor = z.string().nullable().describe('`cursor` of the next page; null after the last.')

/** The revision that a change was made from: `"12"`, or `*` for any. */
export const ifMatchHeader = z.object({
  'if-match': z
    .string()
    .max(200, 'give the ETag of the resource')
    .optional()
    .describe('ETag of the resource as it was read: the change is refused when it has another one now.'),
})

/** As `ifMatchHeader`, of the pool of an arm. */
export const ifMatchPool = z.object({
  'if-match': ifMatchHeader.shape['if-match'].describe(
    'ETag of the pool, as `.../versions` gives it: the change is refused when the pool is another one now.',
  ),
})

/** The revision that the caller has. */
export const ifNoneMatchHeader = z.object({
  'if-none-match': z
    .string()
    .max(1000, 'give ETags of the resource')
    .optional()
    .describe('ETag of the resource as it was read: 304 without a body while it has this one.'),
})

export const idempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, 'give 1 to 200 visible ASCII characters')
    .optional()
    .describe(
      'Made by the client, once for each thing it wants: sent again, the first answer comes again. Kept a day.',
    ),
})

export const preferHeader = z.object({
  prefer: z
    .string()
    .optional()
    .describe(
      '`wait=30`: the answer waits until the first pool is there, up to so many seconds; 60 at most (RFC 7240).',
    ),
})
