// A copy of the working tree, in which bugs are planted and taken out again; the tree itself is never touched.

import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Mutant, plant } from './mutant.ts';

export interface TestRun {
  readonly isGreen: boolean;
  /** The first test that failed, in words; null when none did. */
  readonly failed: string | null;
  /** Whole seconds. */
  readonly took: number;
}

interface TestOptions {
  readonly isBuilt: boolean;
  readonly workers: number;
  /** Of one test: a bug may make it wait for ever. */
  readonly timeoutMs: number;
}

export interface Tree {
  /** @throws RangeError when the bug finds no place, or several */
  check(mutant: Mutant): Promise<void>;
  runTests(tests: readonly string[], options: TestOptions): Promise<TestRun>;
  runWith(mutant: Mutant): Promise<TestRun>;
  remove(): Promise<void>;
}

const ROOT = resolve(import.meta.dirname, '../..');
const LEFT_OUT = new Set(['node_modules', '.git', 'lib', 'coverage']);
const LIMIT_MS = 600_000;

export async function copyTree(): Promise<Tree> {
  const root = await mkdtemp(join(tmpdir(), 'mutants-'));
  await cp(ROOT, root, { recursive: true, filter: (path) => path === ROOT || !LEFT_OUT.has(basename(path)) });
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'junction');
  const runTests: Tree['runTests'] = async (tests, options) => {
    const startMs = performance.now();
    if (options.isBuilt) await node(root, ['scripts/build.ts']);
    const told = await runVitest(root, tests, options);
    return { ...told, took: Math.round((performance.now() - startMs) / 1000) };
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

/** @throws Error when the tests could not be run: a bug that does not even load is none */
async function runVitest(
  root: string,
  tests: readonly string[],
  { workers, timeoutMs }: TestOptions,
): Promise<Omit<TestRun, 'took'>> {
  const output = join(root, 'report.json');
  await rm(output, { force: true });
  const reporting = [
    '--reporter=json',
    `--outputFile=${output}`,
    '--bail=1',
    `--maxWorkers=${workers}`,
    `--testTimeout=${timeoutMs}`,
  ];
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const said = await node(root, [vitest, 'run', ...reporting, ...tests]).catch(
    (error: Error) => error.message,
  );
  const report = JSON.parse(await readFile(output, 'utf8')) as Report;
  const broken = report.testResults.find(
    ({ message, assertionResults }) => message !== '' && assertionResults.length === 0,
  );
  if (broken !== undefined) throw new Error(`${broken.name} does not load: ${broken.message}`);
  const all = report.testResults.flatMap((file) => file.assertionResults);
  const failed = all.find(({ status }) => status === 'failed')?.fullName ?? null;
  if (failed === null && !report.success) throw new Error(`no test failed, yet the run did: ${said}`);
  return { isGreen: report.success, failed };
}

async function node(cwd: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd,
    timeout: LIMIT_MS,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}
