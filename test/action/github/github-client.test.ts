// The client for GitHub's API: requests with a body, their errors, and their signals.

import { describe, expect, it, onTestFinished } from 'vitest';
import { type GitHubCall, GitHubClient } from '../../../src/action/github/github-client.ts';
import { GitHubError, RunError } from '../../../src/errors.ts';
import { Secret } from '../../../src/secret.ts';
import { FAKE_GITHUB_TOKEN } from '../../support/action-file.ts';
import { caught } from '../../support/caught.ts';
import { TestClock } from '../../support/clock.ts';
import { GitHubContents } from '../../support/github-contents.ts';
import { SandboxDispatcher } from '../../support/sandbox-dispatcher.ts';

const BLOB: GitHubCall = { method: 'POST', path: '/repos/octocat/media/git/blobs', body: { content: 'x' } };

function setUp(options: ConstructorParameters<typeof GitHubContents>[0] = {}) {
  const fake = new GitHubContents(options);
  onTestFinished(() => expect(fake.breaches).toEqual([]));
  const clock = new TestClock();
  const cancel = new AbortController();
  const github = new GitHubClient({
    apiUrl: new URL(`https://api.github.com${options.basePath ?? ''}`),
    token: new Secret(FAKE_GITHUB_TOKEN),
    dispatcher: new SandboxDispatcher(fake.handle),
    clock,
    signal: cancel.signal,
  });
  return { fake, github, clock, cancel };
}

describe('requests with a body', () => {
  it.each(['', '/api/v3'])(
    'a POST sends JSON below the base path %j, and returns the JSON of its 201',
    async (basePath) => {
      const { github } = setUp({ basePath });
      expect(await github.send(BLOB)).toEqual({ sha: 'c1b0730e0133447badcfd47fd144e254807b06e1' });
    },
  );

  it('a PUT sends JSON and returns the JSON of its 200', async () => {
    const { github, fake } = setUp();
    const body = { message: 'Test', content: Buffer.from('{}').toString('base64'), branch: 'main' };
    const call: GitHubCall = { method: 'PUT', path: '/repos/octocat/media/contents/linkedin.json', body };
    expect(await github.send(call)).toMatchObject({ content: { path: 'linkedin.json' } });
    expect(fake.file('main')).toBe('{}');
  });

  it.each([409, 422])(
    'a %i is an error with its status and the message of GitHub, and is not retried',
    async (status) => {
      const { github, fake } = setUp({
        faults: [{ on: 'create blob', response: { status, body: '{"message":"is at a but expected b"}' } }],
      });
      const error = await caught(() => github.send(BLOB), GitHubError);
      expect(error).toMatchObject({ code: 'GITHUB_FAILED', status, retryAfterMs: null });
      expect(error.message).toContain('POST api.github.com/repos/octocat/media/git/blobs');
      expect(error.message).toContain('is at a but expected b');
      expect(fake.count('create blob')).toBe(1);
    },
  );

  it('a 403 without a rate limit is a missing permission', async () => {
    const { github } = setUp({ permission: 'read' });
    const error = await caught(() => github.send(BLOB), GitHubError);
    expect(error).toMatchObject({ code: 'GITHUB_DENIED', status: 403, retryAfterMs: null });
  });
});

describe('rate limits', () => {
  const secondary = '{"message":"You have exceeded a secondary rate limit. Please wait."}';
  const hour = String(Date.UTC(2026, 10, 25, 13) / 1000);

  it.each([
    ['Retry-After', 403, { 'retry-after': '7' }, secondary, 7000],
    ['a secondary limit without Retry-After', 403, {}, secondary, 60_000],
    [
      'a secondary limit with the reset of the primary one',
      403,
      { 'x-ratelimit-reset': hour },
      secondary,
      60_000,
    ],
    ['the primary limit', 403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': hour }, '{}', 3_600_000],
    ['a 429', 429, {}, '{}', 60_000],
    ['a 503 with Retry-After', 503, { 'retry-after': '9' }, '{}', 9000],
    ['a 503 without Retry-After', 503, {}, '{}', 0],
  ])('%s is an error with the wait that GitHub asks for', async (_, status, headers, body, retryAfterMs) => {
    const { github } = setUp({ faults: [{ on: 'create blob', response: { status, headers, body } }] });
    const error = await caught(() => github.send(BLOB), GitHubError);
    expect(error).toMatchObject({ code: 'GITHUB_FAILED', retryAfterMs });
  });

  it.each([-1_800_000, 1_800_000])(
    'the reset of a rate limit is a time of GitHub, from which the clock of the runner may differ (by %i ms)',
    async (skewMs) => {
      const { fake, github, clock } = setUp();
      const githubMs = clock.epochMs() + skewMs;
      const headers = {
        date: new Date(githubMs).toUTCString(),
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(githubMs / 1000 + 30),
      };
      fake.faults.push({ on: 'create blob', response: { status: 403, headers } });
      const error = await caught(() => github.send(BLOB), GitHubError);
      expect(error.retryAfterMs).toBe(30_000);
    },
  );
});

describe('signals', () => {
  it('a request with its own signal is sent although the run is cancelled', async () => {
    const { github, cancel, fake } = setUp();
    cancel.abort();
    expect((await caught(() => github.send(BLOB), RunError)).code).toBe('RUN_CANCELLED');
    expect(fake.requests).toEqual([]);
    await github.send({ ...BLOB, signal: new AbortController().signal });
    expect(fake.count('create blob')).toBe(1);
  });

  it('a request ends when its own signal aborts', async () => {
    const { github } = setUp({ faults: [{ on: 'create blob', until: new Promise(() => {}) }] });
    const own = new AbortController();
    const sent = github.send({ ...BLOB, signal: own.signal });
    own.abort(new RunError('RUN_CANCELLED', 'too late'));
    expect((await caught(() => sent, RunError)).message).toBe('too late');
  });
});
