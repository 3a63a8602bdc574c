import type { Schema } from './open-api-document.ts'

/** Lines longer than this are broken up. */
const WIDTH = 96

/**
 * A JSON Schema as people write types: `{ key: string, size?: 1..100 }`.
 *
 * @param isWhole break objects into lines, with what is said of each field
 */
export function schemaText(schema: Schema, isWhole = false): string {
  return isWhole ? wholeText(schema, '') : typeText(schema)
}

function wholeText(schema: Schema, indent: string): string {
  const short = typeText(schema)
  const fields = fieldsOf(schema)
  const items = schema.type === 'array' && isSchema(schema.items) ? schema.items : undefined
  if (items !== undefined && fieldsOf(items).length > 0) return `${wholeText(items, indent)}[]`
  const isPlain = fields.every(([, field]) => typeof field.description !== 'string')
  if (fields.length === 0 || (indent !== '' && isPlain && short.length + indent.length <= WIDTH)) return short
  const required = new Set(Array.isArray(schema.required) ? schema.required : [])
  const inner = `${indent}  `
  const lines = fields.flatMap(([name, field]) => {
    const says = typeof field.description === 'string' ? [`${inner}// ${field.description}`] : []
    return [...says, `${inner}${name}${required.has(name) ? '' : '?'}: ${wholeText(field, inner)}`]
  })
  return `{\n${lines.join('\n')}\n${indent}}${isNullable(schema) ? ' | null' : ''}`
}

function typeText(schema: Schema): string {
  if (typeof schema.$ref === 'string') return /([^/]+)$/.exec(schema.$ref)?.[1] ?? 'unknown'
  if ('const' in schema) return JSON.stringify(schema.const)
  if (Array.isArray(schema.enum)) return schema.enum.map((one) => JSON.stringify(one)).join(' | ')
  for (const union of [schema.oneOf, schema.anyOf]) {
    if (Array.isArray(union)) return union.filter(isSchema).map(typeText).join(' | ')
  }
  if (Array.isArray(schema.allOf)) return schema.allOf.filter(isSchema).map(typeText).join(' & ')
  const nullable = isNullable(schema) ? ' | null' : ''
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type]).filter((type) => type !== 'null')
  return types.map((type) => oneType(schema, type)).join(' | ') + nullable
}

function oneType(schema: Schema, type: unknown): string {
  switch (type) {
    case 'object': {
      const required = new Set(Array.isArray(schema.required) ? schema.required : [])
      const fields = fieldsOf(schema).map(
        ([name, field]) => `${name}${required.has(name) ? '' : '?'}: ${typeText(field)}`,
      )
      if (fields.length > 0) return `{ ${fields.join(', ')} }`
      return isSchema(schema.additionalProperties)
        ? `{ [name]: ${typeText(schema.additionalProperties)} }`
        : 'object'
    }
    case 'array': {
      const items = isSchema(schema.items) ? typeText(schema.items) : 'any'
      return / [|&] /.test(items) ? `(${items})[]` : `${items}[]`
    }
    case 'integer':
    case 'number':
      return `${type === 'integer' ? 'whole number' : 'number'}${range(schema)}`
    case 'string':
      return typeof schema.format === 'string' ? schema.format : 'string'
    case 'boolean':
      return 'boolean'
    default:
      return 'any'
  }
}

function range({ minimum, maximum }: Schema): string {
  if (typeof minimum === 'number' && typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER) {
    return ` ${minimum} to ${maximum}`
  }
  return typeof minimum === 'number' && minimum > Number.MIN_SAFE_INTEGER ? ` from ${minimum}` : ''
}

function fieldsOf(schema: Schema): [string, Schema][] {
  return isSchema(schema.properties) ? (Object.entries(schema.properties) as [string, Schema][]) : []
}

function isNullable({ type }: Schema): boolean {
  return Array.isArray(type) && type.includes('null')
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null
}
