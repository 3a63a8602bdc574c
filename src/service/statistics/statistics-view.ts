import type { z } from '@hono/zod-openapi'
import { instantOf } from '../contract/answers.ts'
import type { statisticsSchema } from '../contract/statistics.ts'
import type { ContextStatistics } from './context-statistics.ts'

/** Statistics as the wire has them. JSON knows no difference between lists that may and may not change. */
export function statisticsView(
  statistics: ContextStatistics,
  nowMs: number,
): z.output<typeof statisticsSchema> {
  return { ...statistics, at: instantOf(nowMs) } as unknown as z.output<typeof statisticsSchema>
}
