import type { IncomingMessage } from 'node:http'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { ApiKey } from '../ports/store/access.ts'

export interface ServiceEnvironment {
  /** What `@hono/node-server` gives; without `incoming` where a test calls the application directly. */
  Bindings: { readonly incoming?: IncomingMessage }
  /** Set for what is managed; slates and events do without. */
  Variables: {
    /** Names the request in answers and in the log. */
    requestId: string
    /** The secret key of the request. */
    apiKey: ApiKey
  }
}

export type ServiceApp = OpenAPIHono<ServiceEnvironment>
