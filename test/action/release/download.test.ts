// Bringing assets to the disk: the one redirect, and every way in which what comes is not what was listed.

import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { downloadAssets } from '../../../src/action/release/download.ts';
import { listAssets } from '../../../src/action/release/release-assets.ts';
import { RunError } from '../../../src/errors.ts';
import { caught } from '../../support/caught.ts';
import type { Asset } from '../../support/github.ts';
import { png } from '../../support/media.ts';
import { type ReleaseFixture, setUpRelease } from './release-fixture.ts';

const BYTES = png({ width: 40, height: 30 });
const HERO: Asset = { name: 'hero.png', content: BYTES };

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Brings everything that the staged release lists. */
async function bring(staged: ReleaseFixture) {
  const { github, settings } = staged;
  const folder = mkdtempSync(join(tmpdir(), 'brought-'));
  const brought: string[] = [];
  const files = await downloadAssets(await listAssets(settings, github), {
    settings,
    github,
    folder,
    onDownloaded: ({ name }) => void brought.push(name),
  });
  return { files, brought, folder };
}

const bringOne = async (asset: Partial<Asset>) => {
  const staged = await setUpRelease({ assets: [{ ...HERO, ...asset }] });
  const { files, brought } = await bring(staged);
  return { ...staged, file: files[0], brought };
};

describe('an asset', () => {
  it('arrives byte for byte, under a number, by one redirect that carries no token', async () => {
    const staged = await setUpRelease({ assets: [HERO, { name: '../evil', content: Buffer.from('x') }] });
    const { files, folder, brought } = await bring(staged);
    expect(files).toEqual([
      { path: 'release:v1.0/hero.png', absolutePath: join(folder, '0'), sizeBytes: BYTES.length },
      { path: 'release:v1.0/../evil', absolutePath: join(folder, '1'), sizeBytes: 1 },
    ]);
    expect(readFileSync(join(folder, '0'))).toEqual(BYTES);
    expect(existsSync(join(folder, '..', 'evil'))).toBe(false);
    expect(brought.sort()).toEqual(['../evil', 'hero.png']);
    expect(staged.fake.breaches).toEqual([]);
    expect(staged.fake.requests.filter((one) => one.startsWith('storage'))).toHaveLength(2);
  });

  it.each<[name: string, asset: Partial<Asset>]>([
    ['without a redirect', { api: [{ status: 200, body: BYTES }] }],
    ['without a digest to compare', { digest: null }],
    ['with a digest of a kind that is not known', { digest: 'sha512:abc' }],
    ['with a digest in capitals', { digest: `sha256:${sha256(BYTES).toUpperCase()}` }],
    ['after one failure', { api: [{ status: 502 }] }],
    ['after a download that broke off', { storage: [{ status: 200, body: BYTES, breakAfter: 20 }] }],
    ['after a download that ended short', { storage: [{ status: 200, body: BYTES.subarray(0, 20) }] }],
  ])('arrives %s', async (_, asset) => {
    const { file } = await bringOne(asset);
    expect(file).not.toHaveProperty('fault');
    expect(readFileSync(file?.absolutePath ?? '')).toEqual(BYTES);
  });
});

describe('an asset that is not taken', () => {
  const redirect = (location: string) => ({ status: 302, headers: { location } });

  it.each<[name: string, asset: Partial<Asset>, code: string, text: RegExp]>([
    ['has another digest', { digest: `sha256:${'0'.repeat(64)}` }, 'ASSET_DIFFERS', /another SHA-256/],
    ['is longer than listed', { size: 10 }, 'ASSET_DIFFERS', /longer than the 10 bytes/],
    ['is still being uploaded', { state: 'open' }, 'ASSET_UNFINISHED', /not uploaded .* yet/],
    [
      'leads to http',
      { api: [redirect('http://a.example/x')] },
      'ASSET_UNREACHED',
      /to http:\/\/a\.example,/,
    ],
    ['leads to a port', { api: [redirect('https://a.example:81/x')] }, 'ASSET_UNREACHED', /a\.example:81,/],
    [
      'leads to a user',
      { api: [redirect('https://me:pw@a.example')] },
      'ASSET_UNREACHED',
      /to https:\/\/a\.example,/,
    ],
    ['leads to a file', { api: [redirect('file:///etc/passwd')] }, 'ASSET_UNREACHED', /to file:\/\/,/],
    ['leads to ftp', { api: [redirect('ftp://127.0.0.1/x')] }, 'ASSET_UNREACHED', /to ftp:/],
    ['leads nowhere', { api: [{ status: 302 }] }, 'ASSET_UNREACHED', /nowhere/],
    ['leads to what is no address', { api: [redirect('https://')] }, 'ASSET_UNREACHED', /nowhere/],
    ['leads on and on', { storage: [redirect('https://a.example')] }, 'ASSET_UNREACHED', /a second time/],
    ['is gone', { api: [{ status: 404 }] }, 'ASSET_UNREACHED', /was answered with 404$/],
    [
      'is kept by a storage that refuses',
      { storage: [{ status: 403 }] },
      'ASSET_UNREACHED',
      /:\d+ was answered with 403$/,
    ],
    [
      'is not for this token',
      { api: [{ status: 403, body: '{"message":"no"}' }] },
      'GITHUB_DENIED',
      /403: "no"$/,
    ],
  ])('because it %s', async (_, asset, code, text) => {
    const { file, brought, fake, slept } = await bringOne(asset);
    expect(file).toMatchObject({ path: 'release:v1.0/hero.png', error: { name: 'FileError', code } });
    expect(file?.error?.message).toMatch(/^release:v1\.0\/hero\.png /);
    expect(file?.error?.message).toMatch(text);
    expect(file?.error?.message).not.toMatch(/me:pw|canary/);
    expect(brought).toEqual([]);
    expect(fake.breaches).toEqual([]);
    // None of these passes by itself.
    expect(slept).toEqual([]);
  });

  it('because it breaks off three times', async () => {
    const broken = { status: 200, body: BYTES, breakAfter: 20 };
    const { file, fake, slept } = await bringOne({ storage: [broken, broken, broken] });
    expect(file?.error).toMatchObject({ code: 'ASSET_UNREACHED', message: expect.stringMatching(/broke/) });
    expect(fake.requests.filter((one) => one.startsWith('storage'))).toHaveLength(3);
    expect(slept).toHaveLength(2);
  });

  it('because it ends short three times', async () => {
    const short = { status: 200, body: BYTES.subarray(0, 20) };
    const { file, fake, slept, brought } = await bringOne({ storage: [short, short, short] });
    expect(file?.error).toMatchObject({
      name: 'FileError',
      code: 'ASSET_DIFFERS',
      message: `release:v1.0/hero.png ends after 20 of the ${BYTES.length} bytes that GitHub lists`,
    });
    expect(fake.requests.filter((one) => one.startsWith('storage'))).toHaveLength(3);
    expect(slept).toHaveLength(2);
    expect(brought).toEqual([]);
  });

  it('because the disk does not take it', async () => {
    const { github, settings } = await setUpRelease({ assets: [HERO] });
    const [file] = await downloadAssets(await listAssets(settings, github), {
      settings,
      github,
      folder: join(tmpdir(), 'no', 'such', 'folder'),
      onDownloaded: () => {},
    });
    expect(file?.error).toMatchObject({
      code: 'ASSET_UNREACHED',
      message: 'release:v1.0/hero.png could not be stored (ENOENT)',
    });
  });
});

it('a run that is cancelled ends with its reason, and brings no more', async () => {
  const staged = await setUpRelease({ assets: [HERO, { ...HERO, name: 'b.png', api: [{ status: 503 }] }] });
  staged.cancel.abort(new RunError('RUN_CANCELLED', 'the run was cancelled (SIGINT)'));
  const error = await caught(() => bring(staged), RunError);
  expect(error).toMatchObject({ code: 'RUN_CANCELLED', message: 'the run was cancelled (SIGINT)' });
});
