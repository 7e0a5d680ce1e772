import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests that hold pcscd, a display or minutes of time are told apart by name; all others run in parallel. */
const held = ['**/*.wire.test.ts', '**/*.e2e.test.ts', '**/*.long.test.ts'];
const never = ['**/node_modules/**', 'out/**', 'release/**', '.cache/**'];

export default defineConfig({
  test: {
    pool: 'forks',
    teardownTimeout: 20_000,
    passWithNoTests: true,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src-*/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts', 'bench/**/*.test.ts', 'e2e/**/*.test.ts'],
          exclude: [...never, ...held],
          pool: 'forks',
          // Many of them wait for devices: one worker fewer than cores, as is usual, would leave half the machine idle.
          maxWorkers: Math.max(2, availableParallelism()),
          testTimeout: 20_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'wire',
          include: ['src-*/**/*.wire.test.ts', 'e2e/**/*.wire.test.ts'],
          exclude: never,
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          env: { UV_THREADPOOL_SIZE: '16' },
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.test.ts'],
          exclude: never,
          pool: 'forks',
          // Those that hold pcscd wait for each other by its lock; the others run beside them.
          maxWorkers: 2,
          testTimeout: 300_000,
          hookTimeout: 180_000,
          env: { UV_THREADPOOL_SIZE: '16' },
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'long',
          include: ['{src-*,e2e}/**/*.long.test.ts'],
          exclude: never,
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 3_600_000,
          hookTimeout: 300_000,
          env: { UV_THREADPOOL_SIZE: '16' },
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
