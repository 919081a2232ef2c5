// The files of dist/: which of them a run loads, that it finds them wherever the action lies, and what it says when one
// is missing.

import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startGitHub } from '../support/github.ts';
import { makeWorkspace, OWNER } from '../support/publishing.ts';
import { runAction, type StepRun } from '../support/runner.ts';
import { nobody, preload } from './scenes.ts';

const DIST = resolve(import.meta.dirname, '../../dist');
const HERO = { 'hero.png': { sample: 'hero.png' } };

const simulate = { owner: OWNER, mode: 'simulate', files: '*.png', 'if-no-files-found': 'ignore' };
const plan = { ...simulate, mode: 'plan' };
const released = { 'release-tag': 'v1.0', 'release-assets': '*' };

describe('a run loads what it needs and no more', () => {
  const env = preload(`
    import { registerHooks } from 'node:module';
    const files = [];
    const load = (url, context, next) => {
      if (url.includes('/dist/')) files.push(url.replace(/.*\\/dist\\//, ''));
      return next(url, context);
    };
    registerHooks({ load });
    process.once('exit', () => console.log('loaded: ' + files.sort().join(' ')));
  `);
  const LOOK = ['file-type.js', 'inspection.js'];
  const WIRE = ['send.js', 'undici.js', 'zod.js'];

  it.each<[what: string, inputs: Record<string, string>, files: readonly string[]]>([
    ['with nothing to do', { ...simulate, files: '*.gif' }, []],
    ['with a wrong input', { ...simulate, concurrency: 'many' }, []],
    ['that plans', plan, LOOK],
    ['that plans by a manifest', { ...plan, manifest: 'm.json' }, [...LOOK, 'manifest.js', 'zod.js']],
    ['that sends', simulate, [...LOOK, ...WIRE, 'sandbox.js']],
    ['that plans with a release', { ...plan, ...released }, [...LOOK, ...WIRE, 'release.js']],
    [
      'that sends with a release',
      { ...simulate, ...released },
      [...LOOK, ...WIRE, 'release.js', 'sandbox.js'],
    ],
  ])('%s', async (_, inputs, files) => {
    const github = await startGitHub({ assets: [{ name: 'r.txt', content: Buffer.from('x') }] });
    try {
      const workspace = await makeWorkspace(HERO);
      const run = await runAction({ env: { ...env, GITHUB_API_URL: github.apiUrl }, inputs, workspace });
      expect(run.rawLog, run.rawLog.join('\n')).toContain(
        `loaded: ${[...files, 'index.js'].sort().join(' ')}`,
      );
      expect(run.json('results')).toHaveLength(files.length === 0 ? 0 : 'release-tag' in inputs ? 2 : 1);
    } finally {
      await github.close();
    }
  });
});

/** A copy of dist/ in a folder of that name. */
function copyOf(name: string): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'action-')), name, 'dist');
  mkdirSync(folder, { recursive: true });
  cpSync(DIST, folder, { recursive: true });
  return folder;
}

async function runIn(folder: string, inputs: Readonly<Record<string, string>>): Promise<StepRun> {
  const GITHUB_API_URL = await nobody();
  const workspace = await makeWorkspace(HERO);
  return await runAction({ entry: join(folder, 'index.js'), env: { GITHUB_API_URL }, inputs, workspace });
}

describe('the files are found', () => {
  it.each(['a b', 'c#1', '100%', '%2e%2e', 'é', '?x'])('in a folder called %s', async (name) => {
    if (name.includes('?') && process.platform === 'win32') return;
    const run = await runIn(copyOf(name), simulate);
    expect(run.outcome).toBe('success');
    expect(run.outputs['uploaded-count']).toBe('1');
  });

  it('through a link', async () => {
    const link = join(mkdtempSync(join(tmpdir(), 'link-')), 'action');
    symlinkSync(copyOf('real'), link, 'junction');
    const run = await runIn(link, simulate);
    expect(run.outcome).toBe('success');
  });
});

describe('a file that is missing', () => {
  it.each([
    ['inspection.js', plan],
    ['file-type.js', plan],
    ['manifest.js', { ...plan, manifest: 'm.json' }],
    ['release.js', { ...plan, ...released }],
    ['send.js', simulate],
    ['zod.js', simulate],
    ['sandbox.js', { ...simulate, 'fail-on': 'never' }],
  ])('%s is named, and the step fails', async (name, inputs) => {
    const folder = copyOf('half');
    rmSync(join(folder, name));
    const run = await runIn(folder, inputs);
    expect(run.exitCode).toBe(1);
    const told = run.annotations.find(({ title }) => title === 'ACTION_INCOMPLETE');
    expect(told?.message).toContain(join(folder, name));
  });
});
