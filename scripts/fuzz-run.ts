// Runs every fuzzed property as often as you like: the test files that import test/support/fuzz.ts.

import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');

/**
 * `failures` is 0 or 1: the files run together.
 * @param runs of each cheap property; expensive ones keep their share of it
 */
export function runFuzz(runs: number, seed: number): { failures: number; text: string } {
  const files = globSync('test/**/*.test.ts', { cwd: ROOT }).filter((path) =>
    readFileSync(join(ROOT, path), 'utf8').includes('/support/fuzz.ts'),
  );
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const { status } = spawnSync(process.execPath, [vitest, 'run', '--testTimeout=0', ...files], {
    cwd: ROOT,
    env: { ...process.env, FUZZ_RUNS: String(runs), FUZZ_SEED: String(seed) },
    stdio: 'inherit',
  });
  return {
    failures: status === 0 ? 0 : 1,
    text: `${runs} runs of each property in ${files.length} files`,
  };
}
