// The client for GitHub's API: what is repeated and what is not, and what ends a call.

import { expect, it } from 'vitest';
import { ActionError, CallError, RunError } from '../../src/errors/action-error.ts';
import { ProxyTunnelError } from '../../src/http/network-errors.ts';
import { caught } from '../support/caught.ts';
import { SandboxDispatcher } from '../support/sandbox-dispatcher.ts';
import type { GitHubFault, GitHubOptions } from '../world/github/api.ts';
import { GitHub } from '../world/github/github.ts';
import { clientOn, connect, createBlob, listCommits } from './github-fixture.ts';

function setUp(options: GitHubOptions = {}) {
  const fake = new GitHub(options);
  return { fake, ...connect(fake) };
}

it('four requests at once are all sent before one of them is answered', async () => {
  const answered = Promise.withResolvers<void>();
  const faults = Array<GitHubFault>(4).fill({ on: 'create blob', meanwhile: () => answered.promise });
  const { github, fake } = setUp({ faults });
  const sent = Promise.all(Array.from({ length: 4 }, () => github.once(createBlob)));
  while (fake.count('create blob') < 4) await new Promise((resolve) => setImmediate(resolve));
  answered.resolve();
  expect(await sent).toHaveLength(4);
});

const down = { status: 502, body: '<html>Bad Gateway</html>' };
const cut = { status: 201, body: '{"sha":"c1b0' };

it('an idempotent call is repeated by itself after each of them', async () => {
  const faults = [
    { kind: 'lost response' },
    { response: down },
    { response: cut },
    { kind: 'lost request' },
  ] as const;
  const { github, clock } = setUp({ faults: faults.map((fault) => ({ on: 'create blob', ...fault })) });
  expect((await github.retry(createBlob)).data.sha).toMatch(/^c1b0730/);
  expect(clock.slept).toHaveLength(4);
});

it('the waits grow to 20 s at most, and the sixth attempt is the last', async () => {
  const { github, clock } = setUp({ faults: Array(10).fill({ on: 'create blob', response: down }) });
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
  ['a time limit', new ActionError('MANIFEST_WRITE', 'too late'), { code: 'GITHUB_FAILED', status: 502 }],
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
