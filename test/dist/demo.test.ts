// `npm run demo`: the first command that a new user runs.

import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

it('`npm run demo` runs both built actions on the samples, and prints their outputs', async () => {
  // Rejects if it exits with another code than 0.
  const { stdout } = await promisify(execFile)(process.execPath, ['scripts/demo.ts'], {
    cwd: ROOT,
  });
  for (const title of ['Upload media', 'Publish posts']) expect(stdout).toContain(`── ${title} `);
  expect(stdout.match(/^── success, exit code 0; /gm)).toHaveLength(2);
  expect(stdout).toMatch(/^ {2}samples\/hero\.png +available +urn:li:image:SIMULATED/m);
  expect(stdout).toMatch(/^uploaded-count: [1-9]/m);
  expect(stdout).toMatch(/^posted-count: 2$/m);
  expect(stdout).toMatch(/^Open the page with the posts in a browser: .+\.html$/m);
});
