/**
 * @module For tests of your own writers, scorers and encoders: one conformance suite a port, and stand-ins. The
 * suites need vitest.
 */
export { encoderConformance } from './encoder-conformance.ts'
export { memoryAnswerLog } from './memory-answer-log.ts'
export { relevanceScorerConformance } from './relevance-scorer-conformance.ts'
export { scriptedWriter } from './scripted-writer.ts'
export { describeStore } from './store-conformance.ts'
export { wordEncoder } from './word-encoder.ts'
export { conformanceRequest, describeWriter, type WriterConformanceOptions } from './writer-conformance.ts'
