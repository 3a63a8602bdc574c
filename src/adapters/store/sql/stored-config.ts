import { z } from 'zod'
import type { ArmConfig, Budget, ContextConfig } from '../../../core/live/context-config.ts'
import { DEFAULT_CONTEXT_CONFIG, NO_BUDGET } from '../../../core/live/context-config.ts'

const limit = z.number().nullable()

const budgetSchema = z.object({
  callsPerDay: limit.default(NO_BUDGET.callsPerDay),
  tokensPerDay: limit.default(NO_BUDGET.tokensPerDay),
  usdPerDay: limit.default(NO_BUDGET.usdPerDay),
  calls: limit.default(NO_BUDGET.calls),
  tokens: limit.default(NO_BUDGET.tokens),
  usd: limit.default(NO_BUDGET.usd),
})

const policySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('uniform') }),
  z.object({ kind: z.literal('thompson'), uniformShare: z.number().default(0.1) }),
])

const armSchema = z.object({
  key: z.string(),
  share: z.number(),
  isFrozen: z.boolean().default(false),
  strategy: z.string().default('explore-exploit'),
  writer: z.string().optional(),
  policy: policySchema.default({ kind: 'uniform' }),
})

const defaults = DEFAULT_CONTEXT_CONFIG
const caps = defaults.caps

const configSchema = z.looseObject({
  poolSize: z.number().default(defaults.poolSize),
  slateSize: z.number().default(defaults.slateSize),
  replacedPerIteration: z.number().default(defaults.replacedPerIteration),
  candidatesPerBirth: z.number().default(defaults.candidatesPerBirth),
  writeAttemptsMax: z.number().default(defaults.writeAttemptsMax),
  samplingTemperature: z.number().default(defaults.samplingTemperature),
  arms: z.array(armSchema).default(() => defaults.arms.map((arm) => ({ ...arm }))),
  due: z
    .object({
      interactions: z.number().optional(),
      everySeconds: z.number().optional(),
      evidence: z.number().optional(),
    })
    .default(defaults.due),
  attributionWindowSeconds: z.number().default(defaults.attributionWindowSeconds),
  caps: z
    .object({
      slatesPerVisitor: z.number().default(caps.slatesPerVisitor),
      clickedSlatesPerVisitor: z.number().default(caps.clickedSlatesPerVisitor),
      slatesPerNetwork: z.number().default(caps.slatesPerNetwork),
      clickedSlatesPerNetwork: z.number().default(caps.clickedSlatesPerNetwork),
      clickMsMin: z.number().default(caps.clickMsMin),
      clickersMin: z.number().default(caps.clickersMin),
    })
    .default(caps),
  approval: z.enum(['none', 'required']).default(defaults.approval),
  budget: budgetSchema.default(NO_BUDGET),
  notes: z.string().optional(),
})

/** A configuration as an earlier version of Forage may have kept it: what it lacks has today's default. */
export function storedConfig(value: unknown): ContextConfig {
  // Optional fields are absent or given, never undefined: JSON has no such value.
  return configSchema.parse(value) as ContextConfig & { arms: ArmConfig[] }
}

export function storedBudget(value: unknown): Budget {
  return budgetSchema.parse(value)
}
