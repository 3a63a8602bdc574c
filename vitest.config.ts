import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // The default leaves a core free for a person at the machine; of two cores that is half.
    maxWorkers: '100%',
    include: ['src/**/*.test.ts', 'sdk/src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
    globalSetup: ['test/temporary-setup.ts', 'test/global-setup.ts', 'test/postgresql-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
