import type { ServiceApp } from '../service-app.ts'

/** As far as the reference reads it. */
export interface OpenApiDocument {
  readonly [field: string]: unknown
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

export interface Operation {
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly security?: readonly Readonly<Record<string, unknown>>[]
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly description?: string
    readonly schema?: Schema
  }[]
  readonly requestBody?: { readonly required?: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>

export type Schema = { readonly [field: string]: unknown }

const TAGS = [
  ['Slates and events', 'What a page or a shop asks and tells. Publishable keys suffice.'],
  ['Contexts', 'What is being recommended for.'],
  ['Items', 'Texts: yours and those that were written.'],
  ['Pools', 'How pools came to be, and taking a hand in it.'],
  ['Statistics', 'How it does.'],
  ['Budget', 'What models cost and may cost.'],
  ['Tasks', 'What is written.'],
  ['Keys', 'Who may do what.'],
  ['Audit', 'Who did what.'],
  ['Data', 'Taking everything out, and in again.'],
  ['Upkeep', 'Rarely needed.'],
  ['Service', 'The service about itself.'],
] as const

/** The interface as OpenAPI 3.1, from the schemas that requests are parsed with. */
export function openApiDocument(app: ServiceApp, version: string): OpenApiDocument {
  const bearer = (description: string) => ({ type: 'http', scheme: 'bearer', description }) as const
  app.openAPIRegistry.registerComponent('securitySchemes', 'key', bearer('A publishable or a secret key.'))
  app.openAPIRegistry.registerComponent('securitySchemes', 'secretKey', bearer('A secret key.'))
  app.openAPIRegistry.registerComponent('securitySchemes', 'keyInQuery', {
    type: 'apiKey',
    in: 'query',
    name: 'key',
    description: 'A publishable key, for `sendBeacon`, which sends no headers.',
  })
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Forage',
      version,
      description:
        'Serves short texts, learns from impressions and clicks which ones people want, and rewrites its pools. ' +
        'Failures are `application/problem+json` with a stable `code` (docs/errors.md).',
      license: { name: 'Apache-2.0' },
    },
    tags: TAGS.map(([name, description]) => ({ name, description })),
  })
  return document as unknown as OpenApiDocument
}
