// The client for GitHub's API: requests and answers, what is repeated, rate limits, the token, and what ends a call.

import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ActionError, CallError, messageOf, RunError } from '../../src/errors/action-error.ts';
import type { GitHubCall, GitHubClient } from '../../src/github/github-client.ts';
import { ProxyTunnelError } from '../../src/http/network-errors.ts';
import { FAKE_GITHUB_TOKEN } from '../support/action-file.ts';
import { caught } from '../support/caught.ts';
import { TestClock } from '../support/clock.ts';
import { SandboxDispatcher } from '../support/sandbox-dispatcher.ts';
import type { GitHubFault, GitHubOptions } from '../world/github/api.ts';
import { GitHub } from '../world/github/github.ts';
import { clientOf, clientOn, connect, createBlob, listCommits } from './github-fixture.ts';

function setUp(options: GitHubOptions = {}) {
  const fake = new GitHub(options);
  return { fake, ...connect(fake) };
}

it('four requests at once are all sent before one of them is answered', async () => {
  const answered = Promise.withResolvers<void>();
  const faults = Array<GitHubFault>(4).fill({
    on: 'create blob',
    meanwhile: () => answered.promise,
  });
  const { github, fake } = setUp({ faults });
  const sent = Promise.all(Array.from({ length: 4 }, () => github.once(createBlob)));
  while (fake.count('create blob') < 4) await new Promise((resolve) => setImmediate(resolve));
  answered.resolve();
  expect(await sent).toHaveLength(4);
});

const down = { status: 502, body: '<html>Bad Gateway</html>' };
const cut = { status: 201, body: '{"sha":"c1b0' };

it('an idempotent call is repeated by itself after each response that is lost, cut off or an error of the server', async () => {
  const faults = [
    { kind: 'lost response' },
    { response: down },
    { response: cut },
    { kind: 'lost request' },
  ] as const;
  const { github, clock } = setUp({
    faults: faults.map((fault) => ({ on: 'create blob', ...fault })),
  });
  expect((await github.retry(createBlob)).data.sha).toMatch(/^c1b0730/);
  expect(clock.slept).toHaveLength(4);
});

it('the waits grow to 20 s at most, and the sixth attempt is the last', async () => {
  const { github, clock } = setUp({
    faults: Array(10).fill({ on: 'create blob', response: down }),
  });
  expect((await caught(() => github.retry(createBlob), CallError)).status).toBe(502);
  expect(clock.slept).toEqual(clock.slept.toSorted((a, b) => a - b));
  expect(clock.slept).toHaveLength(5);
  expect(Math.max(...clock.slept)).toBeLessThanOrEqual(20_000);
});

it('a request with its own signal is sent although the run is cancelled', async () => {
  const { github, cancel, fake } = setUp();
  cancel.abort();
  expect((await caught(() => github.once(createBlob), RunError)).code).toBe('RUN_CANCELLED');
  expect(fake.requests).toEqual([]);
  await github.once(createBlob, new AbortController().signal);
  expect(fake.count('create blob')).toBe(1);
});

it.each([
  [
    'a time limit',
    new ActionError('MANIFEST_WRITE', 'too late'),
    { code: 'GITHUB_FAILED', status: 502 },
  ],
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
  expect(await caught(() => github.retry(createBlob, own.signal), ActionError)).toMatchObject(
    expected,
  );
});

it('a 409 to a page of a list is an error, although Octokit takes it for the end of the list', async () => {
  const { github } = setUp({ faults: [{ on: 'list commits', response: { status: 409 } }] });
  expect((await caught(() => github.retry(listCommits), CallError)).status).toBe(409);
});

it('a proxy that refuses GitHub is asked again, and the error advises about the proxy', async () => {
  const dispatcher = new SandboxDispatcher(() => {
    throw new ProxyTunnelError('proxy.test:3128', 403);
  });
  const { github, clock } = clientOn(dispatcher);
  const { hint } = await caught(() => github.retry(listCommits), CallError);
  expect(hint).toContain('in the proxy');
  expect(clock.slept).toHaveLength(5);
});

it('a certificate that is not accepted ends the attempts', async () => {
  const dispatcher = new SandboxDispatcher(() => {
    throw Object.assign(new Error('self-signed'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });
  const { github, clock } = clientOn(dispatcher);
  expect((await caught(() => github.retry(listCommits), CallError)).code).toBe('TLS_FAILED');
  expect(clock.slept).toEqual([]);
});

describe('requests and their answers', () => {
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
        faults: [
          { on: 'create blob', response: { status, body: '{"message":"is at a but expected b"}' } },
        ],
      });
      const error = await caught(() => github.retry(createBlob), CallError);
      expect(error).toMatchObject({ code: 'GITHUB_FAILED', status, retry: { kind: 'no' } });
      expect(error.message).toBe(
        `POST api.github.com/repos/octocat/media/git/blobs failed with status ${status}: "is at a but expected b"`,
      );
      expect(fake.count('create blob')).toBe(1);
    },
  );

  it('a 403 without a rate limit is a missing permission', async () => {
    const { github } = setUp({ permissions: { contents: 'read' } });
    const error = await caught(() => github.once(createBlob), CallError);
    expect(error).toMatchObject({ code: 'GITHUB_DENIED', status: 403, retry: { kind: 'no' } });
  });

  it.each(['null', '{}', '7', '"text"'])(
    'a 200 with %s is an error that names the call',
    async (body) => {
      const { github } = setUp({
        faults: Array(6).fill({ on: 'list commits', response: { status: 200, body } }),
      });
      const error = await caught(() => github.retry(listCommits), CallError);
      expect(error).toMatchObject({ code: 'GITHUB_FAILED', status: 200, retry: { kind: 'again' } });
      expect(error.message).toBe(
        'the response to GET api.github.com/repos/octocat/media/commits has no fields',
      );
    },
  );

  it('a request ends when its own signal aborts', async () => {
    const { github } = setUp({
      faults: [{ on: 'create blob', meanwhile: () => new Promise(() => {}) }],
    });
    const own = new AbortController();
    const sent = github.retry(createBlob, own.signal);
    own.abort(new RunError('RUN_CANCELLED', 'too late'));
    expect((await caught(() => sent, RunError)).message).toBe('too late');
  });
});

/** What `read` gets, or the message of its error, and when that was; `text` arrives one byte every 50 s. */
async function readSlowly(
  read: (github: GitHubClient) => Promise<string>,
  status = 200,
  text = '[    ]',
) {
  const clock = new TestClock();
  async function* drip(signal: AbortSignal) {
    for (const byte of text) {
      await clock.sleep(50_000, signal);
      yield Buffer.from(byte);
    }
  }
  const dispatcher = new (class extends SandboxDispatcher {
    override request = (async ({ signal }: { signal: AbortSignal }) => {
      return { statusCode: status, headers: {}, body: Readable.from(drip(signal)) };
    }) as unknown as SandboxDispatcher['request'];
  })(async () => ({ status, headers: {}, body: '' }));
  const { signal } = new AbortController();
  const github = clientOf({ dispatcher, clock, signal });
  const reading = read(github).catch(messageOf);
  await clock.run(reading, 3_600_000);
  return { end: await reading, ms: clock.now() };
}

const readJson = (github: GitHubClient) =>
  github.once(async (api) => JSON.stringify((await api.request('GET /x')).data));

const downloadOf =
  (github: GitHubClient): GitHubCall<string> =>
  async (_, { request }) => {
    let text = '';
    const receive = async (chunks: AsyncIterable<Uint8Array>) => {
      text = String(Buffer.concat(await Array.fromAsync(chunks)));
    };
    await github.download({
      url: new URL('https://store.test/x'),
      headers: { accept: '*/*' },
      bearer: false,
      receive,
      ...request,
    });
    return text;
  };

const download = (github: GitHubClient) => github.once(downloadOf(github));

it.each([200, 404])(
  'a response of the API (%i) that drips a byte every 50 s ends after 60 s',
  async (status) => {
    const { end, ms } = await readSlowly(readJson, status);
    expect(end).toBe('GET api.github.com/x timed out: no progress for 60 s');
    expect(ms).toBe(60_000);
  },
);

it('a rejected download that drips ends after 60 s', async () => {
  expect((await readSlowly(download, 404)).ms).toBe(60_000);
});

it('the bytes of a file may take as long as they move', async () => {
  expect(await readSlowly(download)).toEqual({ end: '[    ]', ms: 300_000 });
});

it('a file whose bytes drip in for ever ends with all attempts after 5 minutes', async () => {
  const text = `[${' '.repeat(100)}]`;
  const { end, ms } = await readSlowly((github) => github.retry(downloadOf(github)), 200, text);
  expect(end).toBe('GitHub has not responded completely within 5 min 0 s');
  expect(ms).toBe(300_000);
});

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
  [
    'the primary limit',
    403,
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': hour },
    '{}',
    3_600_000,
  ],
  ['a 429', 429, {}, '{}', 60_000],
  ['a 503 with Retry-After', 503, { 'retry-after': '9' }, '{}', 9000],
  ['a 503 without Retry-After', 503, {}, '{}', null],
])(
  '%s is an error with the wait that GitHub asks for',
  async (_, status, headers, body, waitMs) => {
    const { github } = setUp({
      faults: [{ on: 'create blob', response: { status, headers, body } }],
    });
    const error = await caught(() => github.once(createBlob), CallError);
    expect(error).toMatchObject({ code: 'GITHUB_FAILED', retry: { kind: 'again', waitMs } });
  },
);

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
    const error = await caught(() => github.once(createBlob), CallError);
    expect(error.retry).toMatchObject({ kind: 'again', waitMs: 30_000 });
  },
);

const link = (url: string): GitHubFault => ({
  on: 'list commits',
  response: { status: 200, headers: { link: `<${url}>; rel="next"` }, body: '[]' },
});

it.each([
  'https://elsewhere.example/repos/octocat/media/commits?page=2',
  'http://api.github.com/next',
])('the next page of a list is not read from another origin: %s', async (url) => {
  const { github, origins } = setUp({ faults: [link(url)] });
  const error = await caught(() => github.retry(listCommits), ActionError);
  expect(error.message).toBe(
    `requests to ${new URL(url).origin} are not allowed; nothing was sent`,
  );
  expect(new Set(origins)).toEqual(new Set(['https://api.github.com']));
});

it.each([301, 302, 307])(
  'a redirect with status %i is an error that names its cause, and is not followed',
  async (status) => {
    const headers = { location: 'https://elsewhere.example/' };
    const { github, fake, origins } = setUp({
      faults: [{ on: 'list commits', response: { status, headers } }],
    });
    const error = await caught(() => github.retry(listCommits), CallError);
    expect(error).toMatchObject({ code: 'GITHUB_FAILED', status, retry: { kind: 'no' } });
    expect(error.message).toBe(
      `GET api.github.com/repos/octocat/media/commits was redirected (${status}) to elsewhere.example; redirects are not followed`,
    );
    expect(error.hint).toMatch(/renamed or moved. Start a new run .*GITHUB_REPOSITORY/);
    expect(origins).toEqual(['https://api.github.com']);
    expect(fake.requests).toHaveLength(1);
  },
);

it('an error of Octokit does not show the token that GitHub echoes', async () => {
  const body = JSON.stringify({ message: `not ${FAKE_GITHUB_TOKEN}` });
  const { github } = setUp({ faults: [{ on: 'create blob', response: { status: 403, body } }] });
  const error = await caught(() => github.once(createBlob), CallError);
  expect(error.message).toContain('not [redacted]');
  expect(JSON.stringify([error, error.cause])).not.toContain(FAKE_GITHUB_TOKEN);
});
