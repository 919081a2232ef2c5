// A copy of the working tree, in which mutants are inserted and removed. The working tree does not change.

import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Mutant, plant } from './mutant.ts';

export interface TestRun {
  readonly isGreen: boolean;
  /** The title of the first failed test, or that the tests crashed; null if they passed. */
  readonly failed: string | null;
  /** Whole seconds. */
  readonly took: number;
}

interface TestOptions {
  readonly isBuilt: boolean;
  readonly workers: number;
  /** Per test: a bug may make a test wait forever. */
  readonly timeoutMs: number;
}

export interface Tree {
  /** @throws RangeError if the text of the mutant does not occur exactly once */
  check(mutant: Mutant): Promise<void>;
  runTests(tests: readonly string[], options: TestOptions): Promise<TestRun>;
  runWith(mutant: Mutant): Promise<TestRun>;
  remove(): Promise<void>;
}

const ROOT = resolve(import.meta.dirname, '../..');
const SKIPPED = new Set(['node_modules', '.git', 'lib', 'coverage']);
const LIMIT_MS = 600_000;

export async function copyTree(): Promise<Tree> {
  const root = await mkdtemp(join(tmpdir(), 'mutants-'));
  await cp(ROOT, root, { recursive: true, filter: (path) => path === ROOT || !SKIPPED.has(basename(path)) });
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'junction');
  const runTests: Tree['runTests'] = async (tests, options) => {
    const startMs = performance.now();
    if (options.isBuilt) await node(root, ['scripts/build.ts']);
    const result = await runVitest(root, tests, options);
    return { ...result, took: Math.round((performance.now() - startMs) / 1000) };
  };
  return {
    runTests,
    check: async (mutant) => void plant(mutant, await readFile(join(ROOT, mutant.file), 'utf8')),
    async runWith(mutant) {
      const path = join(root, mutant.file);
      const whole = await readFile(path, 'utf8');
      await writeFile(path, plant(mutant, whole));
      try {
        return await runTests(mutant.tests, {
          isBuilt: mutant.isBuilt ?? false,
          workers: 1,
          timeoutMs: 30_000,
        });
      } finally {
        await writeFile(path, whole);
      }
    },
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 3 }),
  };
}

interface Report {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** @throws Error if the tests cannot run: a mutant that does not load is invalid */
async function runVitest(
  root: string,
  tests: readonly string[],
  { workers, timeoutMs }: TestOptions,
): Promise<Omit<TestRun, 'took'>> {
  const output = join(root, 'report.json');
  await rm(output, { force: true });
  const options = [
    '--reporter=json',
    `--outputFile=${output}`,
    '--bail=1',
    `--maxWorkers=${workers}`,
    `--testTimeout=${timeoutMs}`,
  ];
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const printed = await node(root, [vitest, 'run', ...options, ...tests]).catch(
    (error: Error) => error.message,
  );
  const report = JSON.parse(await readFile(output, 'utf8')) as Report;
  const broken = report.testResults.find(
    ({ message, assertionResults }) => message !== '' && assertionResults.length === 0,
  );
  if (broken !== undefined) throw new Error(`${broken.name} does not load: ${broken.message}`);
  const all = report.testResults.flatMap((file) => file.assertionResults);
  if (report.success) return { isGreen: true, failed: null };
  // An endless loop may use up the memory of the test process before a test times out.
  const failed =
    all.find(({ status }) => status === 'failed')?.fullName ?? `the tests crashed: ${printed.split('\n')[0]}`;
  return { isGreen: false, failed };
}

async function node(cwd: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd,
    timeout: LIMIT_MS,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}
