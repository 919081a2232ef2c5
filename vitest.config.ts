import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

if (Number(process.versions.node.split('.')[0]) < 24) {
  throw new Error('The tests run on Node 24, the runtime of the action: use `npm test`.');
}

/** Rooms whose tests leave nothing behind in their process: their files share it, which saves half of their time. */
const SHARING = ['http', 'inputs', 'linkedin', 'report', 'sandbox'].map(
  (room) => `test/${room}/**/*.test.ts`,
);

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'sharing', include: SHARING, isolate: false } },
      { extends: true, test: { name: 'alone', include: ['test/**/*.test.ts'], exclude: SHARING } },
    ],
    // Both print what fails, and no line for each file that passes.
    reporters: process.stdout.isTTY ? ['dot'] : ['minimal'],
    globalSetup: ['test/support/temp-root.ts'],
    // The tests of the built action wait for its process more than they work.
    maxWorkers: 2 * availableParallelism(),
    // Guards against hangs only: no busy machine reaches them.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    teardownTimeout: 600_000,
    // A proxy of the machine must not catch the loopback traffic of the tests.
    env: {
      http_proxy: '',
      https_proxy: '',
      HTTP_PROXY: '',
      HTTPS_PROXY: '',
      no_proxy: '',
      NO_PROXY: '',
    },
  },
});
