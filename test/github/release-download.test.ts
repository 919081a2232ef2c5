// Asset downloads: the single redirect, retries, and every mismatch between an asset and its list entry.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { downloadAssets, listAssets } from '../../src/github/release.ts';
import { broken } from '../errors/failures.ts';
import { png } from '../support/media.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import type { Asset } from '../world/github/releases.ts';
import { type ReleaseFixture, setUpRelease } from './release-fixture.ts';

const BYTES = png({ width: 40, height: 30 });
const HERO: Asset = { name: 'hero.png', content: BYTES };

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Downloads every asset that the release lists. */
async function downloadAll(staged: ReleaseFixture) {
  const { github, tag } = staged;
  const logger = recordingLogger();
  const files = await downloadAssets(await listAssets(tag, github), github, logger);
  return { files, downloaded: logger.texts('info'), folder: await github.tempDir() };
}

const downloadOne = async (asset: Partial<Asset>) => {
  const staged = await setUpRelease({ assets: [{ ...HERO, ...asset }] });
  const { files, downloaded } = await downloadAll(staged);
  return { ...staged, file: files[0], downloaded };
};

it('an asset is stored byte for byte under a numbered name, through one redirect without the token', async () => {
  const staged = await setUpRelease({ assets: [HERO, { name: '../evil', content: Buffer.from('x') }] });
  const { files, folder, downloaded } = await downloadAll(staged);
  expect(files).toEqual([
    { path: 'release:v1.0/hero.png', absolutePath: join(folder, '0'), sizeBytes: BYTES.length },
    { path: 'release:v1.0/../evil', absolutePath: join(folder, '1'), sizeBytes: 1 },
  ]);
  expect(readFileSync(join(folder, '0'))).toEqual(BYTES);
  expect(existsSync(join(folder, '..', 'evil'))).toBe(false);
  expect(downloaded.sort()).toEqual([
    'release:v1.0/../evil: downloaded, 1 B',
    expect.stringMatching(/^release:v1\.0\/hero\.png: downloaded, /),
  ]);
  expect(staged.fake.breaches).toEqual([]);
  expect(staged.fake.requests.filter((one) => one.startsWith('storage'))).toHaveLength(2);
});

it.each<[name: string, asset: Partial<Asset>]>([
  ['without a redirect', { api: [{ status: 200, body: BYTES }] }],
  ['without a digest to compare', { digest: null }],
  ['with a digest of an unknown algorithm', { digest: 'sha512:abc' }],
  ['with a digest in upper case', { digest: `sha256:${sha256(BYTES).toUpperCase()}` }],
  ['after one 502', { api: [{ status: 502 }] }],
  ['after an interrupted download', { storage: [{ status: 200, body: BYTES, breakAfter: 20 }] }],
])('an asset is downloaded %s', async (_, asset) => {
  const { file } = await downloadOne(asset);
  expect(file?.error).toBeUndefined();
  expect(readFileSync(file?.absolutePath ?? '')).toEqual(BYTES);
});

describe('rejected assets', () => {
  const redirect = (location: string) => ({ status: 302, headers: { location } });

  it.each<[name: string, asset: Partial<Asset>, code: string, text: RegExp]>([
    [
      'has another digest',
      { digest: `sha256:${'0'.repeat(64)}` },
      'ASSET_DIFFERS',
      /does not have the SHA-256/,
    ],
    [
      'is shorter than listed',
      { storage: [{ status: 200, body: BYTES.subarray(0, 20) }] },
      'ASSET_DIFFERS',
      /ends after 20 of the [\d,]+ bytes that GitHub lists$/,
    ],
    ['is longer than listed', { size: 10 }, 'ASSET_DIFFERS', /longer than the 10 bytes/],
    ['is still being uploaded', { state: 'open' }, 'ASSET_UNFINISHED', /not completely uploaded .* yet/],
    ...[
      ['redirects to http', 'http://a.example/x', /to http:\/\/a\.example,/] as const,
      ['redirects to a port', 'https://a.example:81/x', /a\.example:81,/] as const,
      ['redirects to a URL with a password', 'https://me:pw@a.example', /to https:\/\/a\.example,/] as const,
      ['redirects to a local file', 'file:///etc/passwd', /to file:\/\/,/] as const,
      ['redirects to ftp', 'ftp://127.0.0.1/x', /to ftp:/] as const,
      ['redirects to an invalid URL', 'https://', /without a valid URL/] as const,
    ].map(([name, location, text]): [string, Partial<Asset>, string, RegExp] => [
      name,
      { api: [redirect(location)] },
      'ASSET_UNREACHED',
      text,
    ]),
    ['redirects without a location', { api: [{ status: 302 }] }, 'ASSET_UNREACHED', /without a valid URL/],
    [
      'redirects a second time',
      { storage: [redirect('https://a.example')] },
      'ASSET_UNREACHED',
      /was redirected \(302\) to a\.example; redirects are not followed$/,
    ],
    ['no longer exists', { api: [{ status: 404 }] }, 'ASSET_UNREACHED', /failed with status 404$/],
    [
      'the storage refuses',
      { storage: [{ status: 403 }] },
      'ASSET_UNREACHED',
      /:\d+ failed with status 403$/,
    ],
    [
      'the token may not read',
      { api: [{ status: 403, body: '{"message":"no"}' }] },
      'GITHUB_DENIED',
      /403: "no"$/,
    ],
  ])('an asset that %s is rejected without a retry', async (_, asset, code, text) => {
    const { file, downloaded, fake, slept } = await downloadOne(asset);
    expect(file).toMatchObject({ path: 'release:v1.0/hero.png', error: { name: 'FileError', code } });
    expect(file?.error?.message).toMatch(/^release:v1\.0\/hero\.png /);
    expect(file?.error?.message).toMatch(text);
    expect(file?.error?.message).not.toMatch(/me:pw|canary/);
    expect(downloaded).toEqual([]);
    expect(fake.breaches).toEqual([]);
    expect(slept).toEqual([]);
  });

  it.each<[where: string, asset: Partial<Asset>]>([
    ['from the release', { api: [{ status: 404 }] }],
    ['from the storage', { storage: [{ status: 404 }] }],
  ])('the hint says that an asset is gone which was deleted %s during the run', async (_, asset) => {
    const { file } = await downloadOne(asset);
    expect(file?.error).toMatchObject({
      code: 'ASSET_UNREACHED',
      hint: expect.stringMatching(/deleted or replaced .*Run the job again/),
    });
  });

  it('an asset whose download is interrupted six times is rejected', async () => {
    const broken = { status: 200, body: BYTES, breakAfter: 20 };
    const { file, fake, slept } = await downloadOne({ storage: Array(6).fill(broken) });
    expect(file?.error).toMatchObject({ code: 'ASSET_UNREACHED', message: expect.stringMatching(/broke/) });
    expect(fake.requests.filter((one) => one.startsWith('storage'))).toHaveLength(6);
    expect(slept).toHaveLength(5);
  });

  it('an asset whose storage has a certificate that is not trusted is rejected with the advice of that error', async () => {
    const { github, tag } = await setUpRelease({ assets: [HERO] });
    const assets = await listAssets(tag, github);
    const untrusted = broken('github', 'nothing', 'TLS_FAILED');
    vi.spyOn(github, 'download').mockRejectedValue(untrusted);
    const [file] = await downloadAssets(assets, github, recordingLogger());
    expect(file?.error).toMatchObject({ code: 'ASSET_UNREACHED', hint: untrusted.hint });
  });

  it('an asset that cannot be written to disk is rejected', async () => {
    const { github, tag } = await setUpRelease({ assets: [HERO] });
    vi.spyOn(github, 'tempDir').mockResolvedValue(join(tmpdir(), 'no', 'such', 'folder'));
    const [file] = await downloadAssets(await listAssets(tag, github), github, recordingLogger());
    expect(file?.error).toMatchObject({
      code: 'ASSET_UNREACHED',
      message: 'release:v1.0/hero.png could not be stored (ENOENT)',
    });
  });
});
