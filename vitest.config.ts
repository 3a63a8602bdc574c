import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'sdk/src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts', 'test/postgresql-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
