// The client for GitHub's API: what is repeated and what is not, errors, signals, and where the token goes.

import { describe, expect, it } from 'vitest';
import { ActionError, GitHubError, NetworkError, RunError } from '../../src/errors.ts';
import type { GitHubCall } from '../../src/github/github-client.ts';
import { FAKE_GITHUB_TOKEN } from '../support/action-file.ts';
import { caught } from '../support/caught.ts';
import { SandboxDispatcher } from '../support/sandbox-dispatcher.ts';
import type { GitHubFault, GitHubOptions } from '../world/github/api.ts';
import { GitHub } from '../world/github/github.ts';
import { clientOn, connect } from './github-fixture.ts';

const REPOSITORY = { owner: 'octocat', repo: 'media' };

const createBlob: GitHubCall<{ data: { sha: string } }> = ({ rest }, request) =>
  rest.git.createBlob({ ...REPOSITORY, content: 'x', request });

const listCommits: GitHubCall<unknown[]> = ({ paginate, rest }) =>
  paginate(rest.repos.listCommits, REPOSITORY);

function setUp(options: GitHubOptions = {}) {
  const fake = new GitHub(options);
  return { fake, ...connect(fake) };
}

describe('requests with a body', () => {
  it.each(['', '/api/v3'])(
    'a POST sends JSON below the base path %j, and returns the JSON of its 201',
    async (basePath) => {
      const { github } = setUp({ basePath });
      const { data } = await github.once(createBlob);
      expect(data.sha).toBe('c1b0730e0133447badcfd47fd144e254807b06e1');
    },
  );

  it.each([409, 422])(
    'a %i is an error with its status and the message of GitHub, and is not repeated',
    async (status) => {
      const { github, fake } = setUp({
        faults: [{ on: 'create blob', response: { status, body: '{"message":"is at a but expected b"}' } }],
      });
      const error = await caught(() => github.retry(createBlob), GitHubError);
      expect(error).toMatchObject({ code: 'GITHUB_FAILED', status, retryAfterMs: null });
      expect(error.message).toBe(
        `POST api.github.com/repos/octocat/media/git/blobs failed with status ${status}: "is at a but expected b"`,
      );
      expect(fake.count('create blob')).toBe(1);
    },
  );

  it('a 403 without a rate limit is a missing permission', async () => {
    const { github } = setUp({ permissions: { contents: 'read' } });
    const error = await caught(() => github.once(createBlob), GitHubError);
    expect(error).toMatchObject({ code: 'GITHUB_DENIED', status: 403, retryAfterMs: null });
  });

  it('four requests at once are all sent before one of them is answered', async () => {
    const answered = Promise.withResolvers<void>();
    const faults = Array<GitHubFault>(4).fill({ on: 'create blob', meanwhile: () => answered.promise });
    const { github, fake } = setUp({ faults });
    const sent = Promise.all(Array.from({ length: 4 }, () => github.once(createBlob)));
    while (fake.count('create blob') < 4) await new Promise((resolve) => setImmediate(resolve));
    answered.resolve();
    expect(await sent).toHaveLength(4);
  });
});

const down = { status: 502, body: '<html>Bad Gateway</html>' };
const cut = { status: 201, body: '{"sha":"c1b0' };

describe('answers that do not arrive', () => {
  it.each<[string, Omit<GitHubFault, 'on'>]>([
    ['a lost answer', { breaks: 'after' }],
    ['a broken connection', { breaks: 'before' }],
    ['a 502', { response: down }],
    ['a 201 whose body is cut off', { response: cut }],
  ])('%s is an error that may be repeated, and says nothing about the result', async (_, fault) => {
    const { github, fake } = setUp({ faults: [{ on: 'create blob', ...fault }] });
    const error = await caught(() => github.once(createBlob), GitHubError);
    expect(error).toMatchObject({ code: 'GITHUB_FAILED', retryAfterMs: 0 });
    // A status from 400 to 499 would be a refusal.
    expect(Math.floor(error.status / 100)).not.toBe(4);
    expect(fake.count('create blob')).toBe(1);
  });

  it('an idempotent call is repeated by itself after each of them', async () => {
    const faults = [
      { breaks: 'after' },
      { response: down },
      { response: cut },
      { breaks: 'before' },
    ] as const;
    const { github, clock } = setUp({ faults: faults.map((fault) => ({ on: 'create blob', ...fault })) });
    expect((await github.retry(createBlob)).data.sha).toMatch(/^c1b0730/);
    expect(clock.slept).toHaveLength(4);
  });

  it('the waits grow to 20 s at most, and the sixth attempt is the last', async () => {
    const { github, clock } = setUp({ faults: Array(10).fill({ on: 'create blob', response: down }) });
    expect((await caught(() => github.retry(createBlob), GitHubError)).status).toBe(502);
    expect(clock.slept).toEqual(clock.slept.toSorted((a, b) => a - b));
    expect(clock.slept).toHaveLength(5);
    expect(Math.max(...clock.slept)).toBeLessThanOrEqual(20_000);
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
    const error = await caught(() => github.once(createBlob), GitHubError);
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
      const error = await caught(() => github.once(createBlob), GitHubError);
      expect(error.retryAfterMs).toBe(30_000);
    },
  );
});

describe('signals', () => {
  it('a request with its own signal is sent although the run is cancelled', async () => {
    const { github, cancel, fake } = setUp();
    cancel.abort();
    expect((await caught(() => github.once(createBlob), RunError)).code).toBe('RUN_CANCELLED');
    expect(fake.requests).toEqual([]);
    await github.once(createBlob, new AbortController().signal);
    expect(fake.count('create blob')).toBe(1);
  });

  it.each([
    ['a time limit', new Error('too late'), { code: 'GITHUB_FAILED', status: 502 }],
    ['a cancellation', new RunError('RUN_CANCELLED', 'cancelled'), { code: 'RUN_CANCELLED' }],
  ])('the end of a wait by %s is reported as what stopped the call', async (_, reason, expected) => {
    const { github, clock } = setUp({ faults: [{ on: 'create blob', response: down }] });
    const own = new AbortController();
    clock.sleep = async (ms) => {
      // The timer of idle requests.
      if (ms >= 60_000) return await new Promise(() => {});
      own.abort(reason);
      throw reason;
    };
    expect(await caught(() => github.retry(createBlob, own.signal), ActionError)).toMatchObject(expected);
  });

  it('a request ends when its own signal aborts', async () => {
    const { github } = setUp({ faults: [{ on: 'create blob', meanwhile: () => new Promise(() => {}) }] });
    const own = new AbortController();
    const sent = github.retry(createBlob, own.signal);
    own.abort(new RunError('RUN_CANCELLED', 'too late'));
    expect((await caught(() => sent, RunError)).message).toBe('too late');
  });
});

describe('the token', () => {
  const link = (url: string): GitHubFault => ({
    on: 'list commits',
    response: { status: 200, headers: { link: `<${url}>; rel="next"` }, body: '[]' },
  });

  it.each(['https://elsewhere.example/repos/octocat/media/commits?page=2', 'http://api.github.com/next'])(
    'the next page of a list is not read from another origin: %s',
    async (url) => {
      const { github, origins } = setUp({ faults: [link(url)] });
      const error = await caught(() => github.retry(listCommits), GitHubError);
      expect(error.message).toContain(`GitHub named ${new URL(url).origin}, which may not get the token`);
      expect(new Set(origins)).toEqual(new Set(['https://api.github.com']));
    },
  );

  it.each([301, 302, 307])('a redirect with status %i is an error, and is not followed', async (status) => {
    const headers = { location: 'https://elsewhere.example/' };
    const { github, fake, origins } = setUp({
      faults: [{ on: 'list commits', response: { status, headers } }],
    });
    const error = await caught(() => github.retry(listCommits), GitHubError);
    expect(error).toMatchObject({ status, retryAfterMs: null });
    expect(origins).toEqual(['https://api.github.com']);
    expect(fake.requests).toHaveLength(1);
  });

  it('an error of Octokit does not show the token that GitHub echoes', async () => {
    const body = JSON.stringify({ message: `not ${FAKE_GITHUB_TOKEN}` });
    const { github } = setUp({ faults: [{ on: 'create blob', response: { status: 403, body } }] });
    const error = await caught(() => github.once(createBlob), GitHubError);
    expect(error.message).toContain('not [redacted]');
    expect(JSON.stringify([error, error.cause])).not.toContain(FAKE_GITHUB_TOKEN);
  });
});

describe('lists', () => {
  it('a 409 to a page of a list is an error, although Octokit takes it for the end of the list', async () => {
    const { github } = setUp({ faults: [{ on: 'list commits', response: { status: 409 } }] });
    expect((await caught(() => github.retry(listCommits), GitHubError)).status).toBe(409);
  });

  it('a certificate that is not accepted ends the attempts', async () => {
    const dispatcher = new SandboxDispatcher(() => {
      throw Object.assign(new Error('self-signed'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    });
    const { github, clock } = clientOn(dispatcher);
    expect((await caught(() => github.retry(listCommits), NetworkError)).code).toBe('TLS_FAILED');
    expect(clock.slept).toEqual([]);
  });
});
