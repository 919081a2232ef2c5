// The list of a release's assets: its content, and errors from GitHub.

import { expect, it } from 'vitest';
import { CallError, InputError } from '../../src/errors/action-error.ts';
import { listAssets } from '../../src/github/release.ts';
import { caught } from '../support/caught.ts';
import type { DownloadAnswer } from '../world/github/releases.ts';
import { setUpRelease } from './release-fixture.ts';

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
  const { github, tag, fake } = await setUpRelease({ assets: [asset('a.png')], basePath: '/api/v3' });
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
