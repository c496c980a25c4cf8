import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // As in packages/cloud, for tests that make clients of their own.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    projects: [
      {
        // The time-out is for tests that hang; how long a test takes depends on what else the machine does.
        test: {
          name: 'unit',
          include: ['{packages,workers,apps}/*/src/**/*.test.{ts,tsx}'],
          pool: 'threads',
          maxWorkers: '100%',
          testTimeout: 60_000,
        },
      },
      {
        test: { name: 'simulation', include: ['test/simulation/*.test.ts'], pool: 'threads', maxWorkers: '100%' },
      },
      {
        // Real processes on real ports: one file at a time, so that two cores are enough.
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          exclude: ['test/simulation/**'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
