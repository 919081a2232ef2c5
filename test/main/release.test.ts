// The built action with the assets of a GitHub release: found, inspected and uploaded like files of the workspace.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { FAKE_GITHUB_TOKEN } from '../support/action-file.ts';
import { renderMarkdown } from '../support/github-markdown.ts';
import { mp4, png } from '../support/media.ts';
import {
  arrivedWhole,
  type Content,
  endsOf,
  type Publishing,
  publish,
  rowsOf,
} from '../support/publishing.ts';
import type { StepRun } from '../support/runner.ts';
import { type OnLine, signalAt } from '../support/step-process.ts';
import { srt } from '../support/subrip.ts';
import { type Asset, type ReleasingGitHub, startReleases } from '../world/github/releases.ts';

const SAMPLES = resolve(import.meta.dirname, '../../samples');
const sample = (name: string) => readFileSync(join(SAMPLES, name));

const HERO: Asset = { name: 'hero.png', content: sample('hero.png') };
const LAUNCH: Asset = { name: 'launch.mp4', content: sample('launch.mp4') };
const NOTES: Asset = { name: 'notes.txt', content: Buffer.from('no medium') };
const ASSETS = [LAUNCH, HERO, NOTES];

let github: ReleasingGitHub | null = null;

afterEach(async () => {
  await github?.close();
  github = null;
});

interface Request {
  readonly github?: Partial<Parameters<typeof startReleases>[0]>;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, Content>>;
  readonly onLine?: OnLine;
}

/** Runs with the release v1.0, which has `ASSETS`, and without files of the workspace. */
async function release(request: Request = {}): Promise<Publishing & { github: ReleasingGitHub }> {
  const fake = await startReleases({ assets: ASSETS, ...request.github });
  github = fake;
  const inputs = {
    files: '',
    'release-tag': 'v1.0',
    'release-assets': '*.png\n*.mp4',
    ...request.inputs,
  };
  const env = { GITHUB_API_URL: fake.apiUrl, ...request.env };
  const { files = {}, onLine = () => {} } = request;
  const published = await publish({ files, inputs, env, onLine });
  return { ...published, github: fake };
}

/** No download stays on the disk, and no output shows the token or a signed address. */
async function expectClean(run: StepRun): Promise<void> {
  const left = () =>
    readdirSync(run.runnerTemp).filter((name) => name.startsWith('linkedin-release-'));
  // The hurried clock of the test ends the wait for the removal early on a busy machine.
  await expect.poll(left, { timeout: 60_000 }).toEqual([]);
  const sinks = [...run.rawLog, run.summary, ...Object.values(run.outputs)].join('\n');
  expect(sinks).not.toContain('canary-signature');
  expect(run.printed).not.toContain(FAKE_GITHUB_TOKEN);
}

it('release assets are published like files under their own names, and leave no temporary file', async () => {
  const { run, sandbox, github } = await release();
  expect(endsOf(run)).toEqual({
    'release:v1.0/hero.png': 'available',
    'release:v1.0/launch.mp4': 'available',
  });
  expect(Object.keys(run.json<object>('urns'))).toEqual([
    'release:v1.0/hero.png',
    'release:v1.0/launch.mp4',
  ]);
  for (const { content } of [HERO, LAUNCH]) {
    const bytes = content as Uint8Array;
    expect(sandbox.model.assets().filter((asset) => arrivedWhole(asset, bytes))).toHaveLength(1);
  }
  expect(github.breaches).toEqual([]);
  expect(github.requests).toEqual(expect.arrayContaining(['storage GET /100', 'storage GET /101']));
  expect(github.requests).toHaveLength(6);
  expect(run.summary).toContain('launch');
  expect(run.masks).toContain(FAKE_GITHUB_TOKEN);
  await expectClean(run);
});

it.each([
  ['plan', 'planned'],
  ['simulate', 'available'],
])(
  'release assets are downloaded with mode: %s, and LinkedIn is not called',
  async (mode, state) => {
    const { run, sandbox } = await release({ inputs: { mode, 'access-token': '' } });
    expect(new Set(Object.values(endsOf(run)))).toEqual(new Set([state]));
    expect(sandbox.model.calls().register).toBe(0);
    await expectClean(run);
  },
);

const HOSTILE = [
  '..',
  '../../evil.png',
  '/etc/evil.png',
  '::error::x.png',
  '##[add-matcher]x.png',
  'a\nb.png',
  '\u202egnp.exe',
  '<b>.png',
  '$(touch pwned).png',
  '__proto__',
  '.env',
];

it('asset names are not used as paths, commands or markup', async () => {
  const assets = HOSTILE.map((name) => ({ name, content: png({ width: 3, height: name.length }) }));
  const { run } = await release({ github: { assets }, inputs: { 'release-assets': '*' } });
  // A name with a slash matches nothing; nor do `.` and `..`.
  const taken = HOSTILE.filter((name) => !name.includes('/') && name !== '..');
  expect(Object.keys(endsOf(run)).sort()).toEqual(
    taken.map((name) => `release:v1.0/${name}`).sort(),
  );
  expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([]);
  expect(existsSync(join(run.runnerTemp, '..', 'evil.png'))).toBe(false);
  expect(renderMarkdown(run.summary)).not.toMatch(/<(?:b|script|img)\b|evil\.example"/);
  await expectClean(run);
});

describe.skipIf(process.platform === 'win32')('Cancelled downloads', () => {
  /** Cancels the run after one asset is downloaded; `storage` answers for the next one. */
  const cancelled = (storage: NonNullable<Asset['storage']>) =>
    release({
      github: { assets: [HERO, { name: 'b.mp4', content: mp4(), storage }] },
      inputs: { 'release-assets': '*' },
      onLine: signalAt(/hero\.png: downloaded/, 'SIGINT'),
    });

  it('a run that is cancelled during a download ends, and removes the downloaded files', async () => {
    const { run } = await cancelled([
      { status: 200, headers: { 'content-length': '90000' }, body: '' },
    ]);
    expect(run.exitCode).toBe(1);
    expect(run.annotations).toMatchObject([{ title: 'RUN_CANCELLED' }]);
    await expectClean(run);
  });
});

it('release assets and workspace files are listed in one order', async () => {
  const { run } = await release({
    files: { 'a.png': png(), 'z.png': png() },
    inputs: { files: '*.png' },
  });
  expect(Object.keys(endsOf(run))).toEqual([
    'a.png',
    'release:v1.0/hero.png',
    'release:v1.0/launch.mp4',
    'z.png',
  ]);
  expect(run.exitCode).toBe(0);
});

it.each(['*.png', '*'])(
  'a picture of a release has its alternative text from the release (pattern %s)',
  async (pattern) => {
    const assets = [HERO, { name: 'hero.alt.txt', content: Buffer.from('The hero\n') }];
    const { run } = await release({ github: { assets }, inputs: { 'release-assets': pattern } });
    expect(rowsOf(run)).toMatchObject([
      { file: 'release:v1.0/hero.png', state: 'available', altText: 'The hero' },
    ]);
    expect(run.exitCode).toBe(0);
    await expectClean(run);
  },
);

it('matched sidecars of a release get no row, and max-files counts rows', async () => {
  const assets = [
    LAUNCH,
    { name: 'launch.srt', content: Buffer.from(srt()) },
    { name: 'launch.thumbnail.jpg', content: sample('launch.thumbnail.jpg') },
  ];
  const inputs = { api: 'media', mode: 'plan', 'release-assets': '*', 'max-files': '1' };
  const together = await release({ github: { assets }, inputs: { ...inputs, sidecars: 'true' } });
  expect(endsOf(together.run)).toEqual({ 'release:v1.0/launch.mp4': 'planned' });
  await together.github.close();
  const alone = await release({ github: { assets }, inputs });
  expect(alone.run.messages('error')).toEqual([expect.stringMatching(/match 3 release assets/)]);
});
