import type { IncomingMessage } from 'node:http'
import type { OpenAPIHono } from '@hono/zod-openapi'

export interface ServiceEnvironment {
  /** What `@hono/node-server` gives; without `incoming` where a test calls the application directly. */
  Bindings: { readonly incoming?: IncomingMessage }
}

export type ServiceApp = OpenAPIHono<ServiceEnvironment>
