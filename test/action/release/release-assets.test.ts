// The list of a release's assets: what GitHub tells, what it refuses, and how often it is asked.

import { describe, expect, it, onTestFinished } from 'vitest';
import { GitHubClient } from '../../../src/action/github/github-client.ts';
import { listAssets } from '../../../src/action/release/release-assets.ts';
import { GitHubError, InputError } from '../../../src/errors.ts';
import { HttpFixture } from '../../http/http-fixture.ts';
import { FAKE_GITHUB_TOKEN } from '../../support/action-file.ts';
import { caught } from '../../support/caught.ts';
import { TestClock } from '../../support/clock.ts';
import type { Answer } from '../../support/github.ts';
import { setUpRelease, TODAY_MS } from './release-fixture.ts';

const asset = (name: string, rest = {}) => ({ name, content: Buffer.from(name), ...rest });

describe('the list', () => {
  it('tells names, sizes, digests and what is there as a whole', async () => {
    const { github, settings, fake } = await setUpRelease({
      assets: [asset('a.png'), asset('b.mp4', { digest: null, state: 'open', size: 7 })],
      tag: 'release/1.0',
    });
    expect(await listAssets(settings, github)).toEqual([
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

  it('may have several pages', async () => {
    const names = Array.from({ length: 230 }, (_, index) => `${index}.png`);
    const { github, settings, fake } = await setUpRelease({ assets: names.map((name) => asset(name)) });
    expect((await listAssets(settings, github)).map(({ name }) => name)).toEqual(names);
    expect(fake.requests).toHaveLength(1 + 3);
  });

  it('comes from a GitHub Enterprise Server too, whose API lies below a path', async () => {
    const { github, settings, fake } = await setUpRelease({ assets: [asset('a.png')], basePath: '/api/v3' });
    expect(await listAssets(settings, github)).toHaveLength(1);
    expect(fake.breaches).toEqual([]);
  });
});

const down = { status: 503 };
const page = { status: 200, body: '<html>' };

describe('a list that is refused', () => {
  it.each<[name: string, answers: readonly Answer[], code: string, text: RegExp]>([
    [
      'no permission',
      [{ status: 403, body: '{"message":"Resource not accessible"}' }],
      'GITHUB_DENIED',
      /tags\/v1\.0 was answered with 403: "Resource not accessible"$/,
    ],
    [
      'a bad token',
      [{ status: 401, body: '{"message":"Bad credentials"}' }],
      'GITHUB_DENIED',
      /401: "Bad credentials"$/,
    ],
    ['an outage', [down, down, down], 'GITHUB_FAILED', /503$/],
    ['a page in place of JSON', [page, page, page], 'GITHUB_FAILED', /tags\/v1\.0 is not valid JSON$/],
    ['another shape', [{ status: 200, body: '{"id":"4711"}' }], 'GITHUB_FAILED', /does not know \(id\)$/],
    [
      'a redirect',
      [{ status: 301, headers: { location: 'https://a.example' } }],
      'GITHUB_FAILED',
      /answered with 301$/,
    ],
    [
      'a limit that lasts',
      [{ status: 429, headers: { 'retry-after': '900' } }],
      'GITHUB_FAILED',
      /429, to be asked again after 15 min$/,
    ],
    [
      'an endless answer',
      [{ status: 200, body: 'x'.repeat(17 * 1024 * 1024) }],
      'GITHUB_FAILED',
      /larger than 16 MiB/,
    ],
  ])('%s', async (_, answers, code, text) => {
    const { github, settings } = await setUpRelease({ answers });
    const error = await caught(() => listAssets(settings, github), GitHubError);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(text);
  });

  it.each([
    ['another tag', { tag: 'v9' }],
    ['a draft', { isDraft: true }],
  ])('for want of a release: %s', async (_, options) => {
    const { github, settings } = await setUpRelease({ assets: [asset('a.png')], ...options });
    const asked = { ...settings, tag: 'v1.0' };
    const error = await caught(() => listAssets(asked, github), InputError);
    expect(error).toMatchObject({ code: 'RELEASE_NOT_FOUND', input: 'release-tag' });
    expect(error.message).toContain('v1.0');
  });

  it('does not show a token that GitHub says back', async () => {
    const token = FAKE_GITHUB_TOKEN;
    const { github, settings } = await setUpRelease({
      answers: [{ status: 403, body: JSON.stringify({ message: `not ${token}` }) }],
    });
    const error = await caught(() => listAssets(settings, github), GitHubError);
    expect(error.message).not.toContain(token);
  });
});

describe('the pause before the next try', () => {
  const reset = String(TODAY_MS / 1000 + 30);

  it.each<[name: string, answers: readonly Answer[], slept: readonly number[]]>([
    ['is short after an outage', [down, down], [1125, 2250]],
    ['is short after an answer that ended short', [{ status: 200, body: '{"id":4711' }], [1125]],
    ['is as long as GitHub asks', [{ status: 429, headers: { 'retry-after': '7' } }], [7000]],
    ['is as long as a 403 asks', [{ status: 403, headers: { 'retry-after': '7' } }], [7000]],
    [
      'lasts until the limit is reset',
      [{ status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset } }],
      [30_000],
    ],
    ['is a minute when a limit says nothing more', [{ status: 429 }], [60_000]],
  ])('%s', async (_, answers, slept) => {
    const staged = await setUpRelease({ assets: [asset('a.png')], answers });
    expect(await listAssets(staged.settings, staged.github)).toHaveLength(1);
    expect(staged.slept).toEqual(slept);
  });
});

describe('a GitHub that is not reached', () => {
  it('is told after three tries', async () => {
    const staged = await setUpRelease();
    await staged.fake.close();
    const error = await caught(() => listAssets(staged.settings, staged.github), GitHubError);
    expect(error).toMatchObject({ code: 'GITHUB_FAILED', message: expect.stringContaining('ECONNREFUSED') });
    expect(staged.slept).toHaveLength(2);
  });

  it('is told when it falls silent', async () => {
    const servers = new HttpFixture();
    onTestFinished(() => servers.close());
    const { apiUrl, reached } = await servers.silent();
    const clock = new TestClock();
    const { settings, dispatcher } = await setUpRelease();
    const github = new GitHubClient({
      ...settings,
      apiUrl,
      dispatcher,
      clock,
      signal: new AbortController().signal,
    });
    const question = { url: apiUrl, accept: 'application/json', withToken: true };
    const told = caught(() => github.get(question, async () => null), GitHubError);
    await reached;
    await clock.advance(60_000);
    expect((await told).message).toMatch(/nothing moved for 60 s/);
  });
});
