/**
 * Every way a request can fail: status and title by code. Codes are stable and explained in `docs/errors.md`;
 * what exactly was wrong stands in the problem's `detail`.
 */
export const PROBLEMS = {
  'arm-frozen': [409, 'The arm is frozen'],
  'arm-unknown': [404, 'There is no such arm'],
  'bad-encoding': [400, 'The body cannot be unpacked'],
  'bad-input': [400, 'A field is wrong'],
  'bad-json': [400, 'The body is not JSON'],
  'body-too-large': [413, 'The body is too large'],
  'context-exists': [409, 'There is a context with this key'],
  'context-paused': [409, 'The context is paused'],
  'context-unknown': [404, 'There is no such context'],
  'cursor-unknown': [400, 'The cursor is not one of ours'],
  'idempotency-in-progress': [409, 'The first request with this Idempotency-Key is still under way'],
  'idempotency-key-reused': [422, 'The Idempotency-Key belongs to another request'],
  internal: [500, 'A mistake in Forage'],
  'item-standing': [409, 'The item does not allow this'],
  'item-unknown': [404, 'There is no such item'],
  'iteration-unknown': [404, 'There is no such iteration'],
  'key-ended': [401, 'The API key has ended'],
  'key-forbidden': [403, 'This kind of API key may not do this'],
  'key-in-use': [409, 'The API key cannot end now'],
  'key-missing': [401, 'There is no API key in the request'],
  'key-not-found': [404, 'There is no such API key'],
  'key-unknown': [401, 'The API key is wrong'],
  'media-type-unknown': [415, 'The body is of another media type'],
  'method-not-allowed': [405, 'The resource has no such method'],
  'not-ready': [503, 'The node is not ready'],
  'origin-forbidden': [403, 'The API key may not be used from this origin'],
  'pool-conflict': [409, 'The pool changed meanwhile'],
  'pool-empty': [409, 'The pool would be empty'],
  'pool-full': [409, 'The pool has no place'],
  'rate-limited': [429, 'Too many requests'],
  'revision-mismatch': [412, 'The resource changed meanwhile'],
  'route-unknown': [404, 'There is no such resource'],
  'shutting-down': [503, 'The node is stopping'],
  'store-failed': [500, 'The store refused'],
  'store-unavailable': [503, 'The store cannot be reached'],
  'task-unknown': [404, 'There is no such task'],
  'task-version-kept': [409, 'The task changed but not its version'],
  'too-many-streams': [503, 'Too many live views are open'],
  'version-unknown': [404, 'There is no such version of the pool'],
} as const satisfies Record<string, readonly [status: number, title: string]>

export type ProblemCode = keyof typeof PROBLEMS

export type ProblemStatus = (typeof PROBLEMS)[ProblemCode][0]
