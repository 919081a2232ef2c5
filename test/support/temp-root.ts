// One temporary folder for a whole test run, removed at its end: workers are killed without notice, so a test cannot
// remove files such as the RUNNER_TEMP of an emulated step by itself.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** For vitest's `globalSetup`; the workers inherit the variables. */
export function setup(): () => void {
  const root = mkdtempSync(join(tmpdir(), 'test-run-'));
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = root;
  return () => rmSync(root, { recursive: true, force: true, maxRetries: 3 });
}
