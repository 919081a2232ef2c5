// The list of a release's assets: its content, errors from GitHub, and retries.

import { describe, expect, it, onTestFinished } from 'vitest';
import { CallError, InputError } from '../../../src/errors/action-error.ts';
import { listAssets } from '../../../src/github/release/release.ts';
import { HttpFixture } from '../../http/http-fixture.ts';
import { FAKE_GITHUB_TOKEN } from '../../support/action-file.ts';
import { caught } from '../../support/caught.ts';
import { TestClock } from '../../support/clock.ts';
import type { DownloadAnswer } from '../../world/github/releases.ts';
import { clientOf } from '../github-fixture.ts';
import { setUpRelease } from './release-fixture.ts';

const asset = (name: string, rest = {}) => ({ name, content: Buffer.from(name), ...rest });

describe('asset list', () => {
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
});

const down = { status: 503 };
const page = { status: 200, body: '<html>' };

describe('asset list errors', () => {
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
    ['an outage', Array(6).fill(down), 'GITHUB_FAILED', /503$/],
    ['an HTML page in place of JSON', Array(6).fill(page), 'GITHUB_FAILED', /tags\/v1\.0 is not valid JSON$/],
    [
      'a redirect',
      [{ status: 301, headers: { location: 'https://a.example' } }],
      'GITHUB_FAILED',
      /was redirected \(301\) to a\.example; redirects are not followed$/,
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

  it('the error does not show a token that GitHub echoes', async () => {
    const token = FAKE_GITHUB_TOKEN;
    const { github, tag } = await setUpRelease({
      answers: [{ status: 403, body: JSON.stringify({ message: `not ${token}` }) }],
    });
    const error = await caught(() => listAssets(tag, github), CallError);
    expect(error.message).not.toContain(token);
  });
});

describe('retry delay', () => {
  const todayMs = new TestClock().epochMs();
  const reset = String(todayMs / 1000 + 30);
  const date = new Date(todayMs).toUTCString();

  it.each<[name: string, answers: readonly DownloadAnswer[], slept: readonly number[]]>([
    ['the delay is short after a 503', [down, down], [1125, 2250]],
    ['the delay is short after a truncated response', [{ status: 200, body: '{"id":4711' }], [1125]],
    [
      'the delay follows the Retry-After of a 429',
      [{ status: 429, headers: { 'retry-after': '7' } }],
      [7000],
    ],
    [
      'the delay follows the Retry-After of a 403',
      [{ status: 403, headers: { 'retry-after': '7' } }],
      [7000],
    ],
    [
      'the delay lasts until the rate limit resets',
      [{ status: 403, headers: { date, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset } }],
      [30_000],
    ],
    ['the delay is one minute for a 429 without Retry-After', [{ status: 429 }], [60_000]],
  ])('%s', async (_, answers, slept) => {
    const staged = await setUpRelease({ assets: [asset('a.png')], answers });
    expect(await listAssets(staged.tag, staged.github)).toHaveLength(1);
    expect(staged.slept).toEqual(slept);
  });
});

describe('unreachable GitHub', () => {
  it('a refused connection to GitHub is reported after six attempts', async () => {
    const staged = await setUpRelease();
    await staged.fake.close();
    const error = await caught(() => listAssets(staged.tag, staged.github), CallError);
    expect(error).toMatchObject({ code: 'GITHUB_FAILED', message: expect.stringContaining('ECONNREFUSED') });
    expect(staged.slept).toHaveLength(5);
  });

  it('a silent GitHub is reported after 60 seconds', async () => {
    const servers = new HttpFixture();
    onTestFinished(() => servers.close());
    const { apiUrl, reached } = await servers.silent();
    const clock = new TestClock();
    const { dispatcher } = await setUpRelease();
    const github = clientOf({ apiUrl: apiUrl.href, dispatcher, clock, signal: new AbortController().signal });
    const read = github.once(({ rest }, request) => rest.repos.get({ ...github.repository, request }));
    const failure = caught(() => read, CallError);
    await reached;
    await clock.advance(60_000);
    expect((await failure).message).toMatch(/no progress for 60 s/);
  });
});
