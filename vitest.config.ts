import { defineConfig } from 'vitest/config';

/** Source is tested, not the build: every import of a workspace package lands in its `src`. */
const conditions = ['@viaduct/source', 'node', 'module', 'development|production'];

const exclude = ['**/node_modules/**', '**/dist/**', '**/fixtures/**'];
const peerTests = ['{packages,apps}/**/test/**/*.peer.test.ts', 'tools/**/*.peer.test.ts'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['@viaduct/source'] } },
  test: {
    pool: 'forks',
    // Workers and child processes that a test starts resolve the same sources.
    execArgv: ['--conditions=@viaduct/source'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{packages,apps}/**/test/**/*.test.ts', 'tools/**/*.test.ts'],
          exclude: [...exclude, ...peerTests],
          // Half of them wait for processes that they started; two cores are busy with two.
          maxWorkers: 2,
          // For a test that hangs; a machine with other work must not reach it.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'peer',
          include: peerTests,
          exclude,
          globalSetup: ['tools/peers/global-setup.ts'],
          setupFiles: ['tools/peers/every-file.ts'],
          // After the unit tests, not beside them.
          sequence: { groupOrder: 1 },
          // Real servers share two cores: one file at a time keeps their timings honest.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
