// The built action runs in a folder of any name: a runner names the folder after the ref.

import { cpSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeWorkspace, OWNER } from '../support/publishing.ts';
import { runAction } from '../support/runner.ts';

const DIST = resolve(import.meta.dirname, '../../dist');

/** Copies dist/ to a folder of that name. */
function copyOf(name: string): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'action-')), name, 'dist');
  mkdirSync(folder, { recursive: true });
  cpSync(DIST, folder, { recursive: true });
  return folder;
}

async function expectRuns(folder: string): Promise<void> {
  const workspace = await makeWorkspace({ 'hero.png': { sample: 'hero.png' } });
  const inputs = { owner: OWNER, mode: 'simulate', files: '*.png' };
  const run = await runAction({ entry: join(folder, 'index.js'), inputs, workspace });
  expect(run.outcome).toBe('success');
  expect(run.outputs['uploaded-count']).toBe('1');
}

describe('Action folder', () => {
  it.each(['a b', 'c#1', '100%', '%2e%2e', 'é', '?x'])(
    'the built action runs in a folder called %s',
    async (name) => {
      if (name.includes('?') && process.platform === 'win32') return;
      await expectRuns(copyOf(name));
    },
  );

  it('the built action runs through a link to its folder', async () => {
    const link = join(mkdtempSync(join(tmpdir(), 'link-')), 'action');
    symlinkSync(copyOf('real'), link, 'junction');
    await expectRuns(link);
  });
});
