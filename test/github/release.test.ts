// A release: its fields, its list of assets, their downloads, and errors from GitHub.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { CallError, InputError } from '../../src/errors/action-error.ts';
import {
  detailsOfEvent,
  downloadAssets,
  fetchDetails,
  listAssets,
} from '../../src/github/release.ts';
import { broken } from '../errors/failures.ts';
import { caught } from '../support/caught.ts';
import { png } from '../support/media.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import type { Asset, DownloadAnswer } from '../world/github/releases.ts';
import { type ReleaseFixture, setUpRelease } from './release-fixture.ts';

const asset = (name: string, rest = {}) => ({ name, content: Buffer.from(name), ...rest });

it('the asset list has the name, size, digest and upload state of each asset', async () => {
  const { github, tag, fake } = await setUpRelease({
    assets: [asset('a.png'), asset('b.mp4', { digest: null, state: 'open', size: 7 })],
    tag: 'release/1.0',
  });
  expect(await listAssets(tag, github)).toEqual([
    {
      path: 'release:release/1.0/a.png',
      name: 'a.png',
      id: 100,
      sizeBytes: 5,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      isUploaded: true,
    },
    {
      path: 'release:release/1.0/b.mp4',
      name: 'b.mp4',
      id: 101,
      sizeBytes: 7,
      sha256: null,
      isUploaded: false,
    },
  ]);
  expect(fake.breaches).toEqual([]);
  expect(fake.requests).toHaveLength(2);
});

it('an asset list of several pages is read completely', async () => {
  const names = Array.from({ length: 230 }, (_, index) => `${index}.png`);
  const { github, tag, fake } = await setUpRelease({ assets: names.map((name) => asset(name)) });
  expect((await listAssets(tag, github)).map(({ name }) => name)).toEqual(names);
  expect(fake.requests).toHaveLength(1 + 3);
});

it('the asset list is read from a GitHub Enterprise Server, whose API has a base path', async () => {
  const { github, tag, fake } = await setUpRelease({
    assets: [asset('a.png')],
    basePath: '/api/v3',
  });
  expect(await listAssets(tag, github)).toHaveLength(1);
  expect(fake.breaches).toEqual([]);
});

it.each<[name: string, answers: readonly DownloadAnswer[], code: string, text: RegExp]>([
  [
    'a missing permission',
    [{ status: 403, body: '{"message":"Resource not accessible"}' }],
    'GITHUB_DENIED',
    /tags\/v1\.0 failed with status 403: "Resource not accessible"$/,
  ],
  [
    'a bad token',
    [{ status: 401, body: '{"message":"Bad credentials"}' }],
    'GITHUB_DENIED',
    /401: "Bad credentials"$/,
  ],
  ['an outage', Array(6).fill({ status: 503 }), 'GITHUB_FAILED', /503$/],
  [
    'an HTML page in place of JSON',
    Array(6).fill({ status: 200, body: '<html>' }),
    'GITHUB_FAILED',
    /tags\/v1\.0 is not valid JSON$/,
  ],
  [
    'a rate limit of 15 minutes',
    [{ status: 429, headers: { 'retry-after': '900' } }],
    'GITHUB_FAILED',
    /429; retry after 15 min 0 s$/,
  ],
  [
    'a response larger than 16 MiB',
    [{ status: 200, body: 'x'.repeat(17 * 1024 * 1024) }],
    'GITHUB_FAILED',
    /larger than 16 MiB/,
  ],
])('the asset list fails because of %s', async (_, answers, code, text) => {
  const { github, tag } = await setUpRelease({ answers });
  const error = await caught(() => listAssets(tag, github), CallError);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(text);
});

it.each([
  ['another tag', { tag: 'v9' }],
  ['a draft', { isDraft: true }],
])('a missing release is an error of `release-tag`: %s', async (_, options) => {
  const { github } = await setUpRelease({ assets: [asset('a.png')], ...options });
  const error = await caught(() => listAssets('v1.0', github), InputError);
  expect(error).toMatchObject({ code: 'RELEASE_NOT_FOUND', input: 'release-tag' });
  expect(error.message).toContain('v1.0');
});

const url = 'https://github.com/octocat/media/releases/tag/v1.0';
const event = { tag_name: 'v1.0', name: ' Version 1 ', html_url: url, body: 'Notes' };

it('the event has the details, and a release without a name is called by its tag', () => {
  expect(detailsOfEvent({ tag: 'v1.0', event })).toEqual({
    tag: 'v1.0',
    name: 'Version 1',
    url,
    notes: 'Notes',
  });
  expect(detailsOfEvent({ tag: 'v1.0', event: { ...event, name: '', body: null } })).toMatchObject({
    name: 'v1.0',
    notes: '',
  });
});

it('an event that describes no release is not used', () => {
  expect(detailsOfEvent({ tag: 'v1.0', event: null })).toBeNull();
  expect(
    detailsOfEvent({ tag: 'v1.0', event: { ...event, html_url: 'javascript:alert(1)' } }),
  ).toBeNull();
});

it('the API has the details of any published release', async () => {
  const { github, fake } = await setUpRelease({ name: 'Version 1', body: 'Notes' });
  const details = await fetchDetails({ tag: 'v1.0', event: null }, github);
  expect(details).toEqual({ tag: 'v1.0', name: 'Version 1', url, notes: 'Notes' });
  expect(fake.breaches).toEqual([]);
});

it('a tag without a release is an error of `release-tag`', async () => {
  const { github } = await setUpRelease();
  const error = await caught(() => fetchDetails({ tag: 'v9', event: null }, github), InputError);
  expect([error.code, error.input]).toEqual(['RELEASE_NOT_FOUND', 'release-tag']);
});

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
  const staged = await setUpRelease({
    assets: [HERO, { name: '../evil', content: Buffer.from('x') }],
  });
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
    [
      'is still being uploaded',
      { state: 'open' },
      'ASSET_UNFINISHED',
      /not completely uploaded .* yet/,
    ],
    ...[
      ['redirects to http', 'http://a.example/x', /to http:\/\/a\.example,/] as const,
      ['redirects to a port', 'https://a.example:81/x', /a\.example:81,/] as const,
      [
        'redirects to a URL with a password',
        'https://me:pw@a.example',
        /to https:\/\/a\.example,/,
      ] as const,
      ['redirects to a local file', 'file:///etc/passwd', /to file:\/\/,/] as const,
      ['redirects to ftp', 'ftp://127.0.0.1/x', /to ftp:/] as const,
      ['redirects to an invalid URL', 'https://', /without a valid URL/] as const,
    ].map(([name, location, text]): [string, Partial<Asset>, string, RegExp] => [
      name,
      { api: [redirect(location)] },
      'ASSET_UNREACHED',
      text,
    ]),
    [
      'redirects without a location',
      { api: [{ status: 302 }] },
      'ASSET_UNREACHED',
      /without a valid URL/,
    ],
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
    expect(file).toMatchObject({
      path: 'release:v1.0/hero.png',
      error: { name: 'FileError', code },
    });
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
  ])(
    'the hint says that an asset is gone which was deleted %s during the run',
    async (_, asset) => {
      const { file } = await downloadOne(asset);
      expect(file?.error).toMatchObject({
        code: 'ASSET_UNREACHED',
        hint: expect.stringMatching(/deleted or replaced .*Run the job again/),
      });
    },
  );

  it('an asset whose download is interrupted six times is rejected', async () => {
    const broken = { status: 200, body: BYTES, breakAfter: 20 };
    const { file, fake, slept } = await downloadOne({ storage: Array(6).fill(broken) });
    expect(file?.error).toMatchObject({
      code: 'ASSET_UNREACHED',
      message: expect.stringMatching(/broke/),
    });
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
