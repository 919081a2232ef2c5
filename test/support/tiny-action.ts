// Actions of a few lines for the tests of the emulator, each in a temporary folder with a space in its name.

import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { runAction, type StepRequest, type StepRun } from './runner.ts';

export interface TinyAction {
  /** Holds action.yml, dist/, the workspace work/ and RUNNER_TEMP. */
  folder(): string;
  /** Runs `code` as the action; `append('OUTPUT', text)` writes to a command file in it. */
  run(code: string, request?: Partial<StepRequest>): Promise<StepRun>;
}

const RUNS = 'runs: { using: node24, main: dist/index.mjs }\n';

const PRELUDE = `import { appendFileSync } from 'node:fs';
const append = (file, text) => appendFileSync(process.env['GITHUB_' + file], text);
`;

/** Call it at the top of a test file: each test gets a fresh folder. `inputs` is that part of action.yml. */
export function useTinyAction(inputs = ''): TinyAction {
  let folder = '';
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'tiny action-')));
    await mkdir(join(folder, 'dist'));
    await mkdir(join(folder, 'work'));
    await writeFile(join(folder, 'action.yml'), inputs + RUNS);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  return {
    folder: () => folder,
    async run(code, request = {}) {
      await writeFile(join(folder, 'dist/index.mjs'), PRELUDE + code);
      const stage = {
        workspace: join(folder, 'work'),
        action: join(folder, 'action.yml'),
        runnerTemp: folder,
      };
      return runAction({ inputs: {}, ...stage, ...request });
    },
  };
}
