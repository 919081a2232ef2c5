// A client of the repository octocat/media, over a dispatcher that leads to the fake GitHub.

import type { Dispatcher } from 'undici';
import { expect, onTestFinished } from 'vitest';
import { type GitHubCall, GitHubClient } from '../../src/github/github-client.ts';
import type { ClientOptions } from '../../src/http/client.ts';
import { STALL_MS } from '../../src/http/request-body.ts';
import { Secret } from '../../src/secret.ts';
import { FAKE_GITHUB_TOKEN } from '../support/action-file.ts';
import { TestClock } from '../support/clock.ts';
import { testRun } from '../support/run.ts';
import { SandboxDispatcher } from '../support/sandbox-dispatcher.ts';
import type { GitHubApi } from '../world/github/api.ts';

/** The waits of retries take no time, and no request times out. */
function quickClock(runSignal: AbortSignal) {
  const clock = new TestClock();
  const slept: number[] = [];
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    // The timer of idle requests has a signal of its own.
    if (ms >= STALL_MS && signal !== runSignal)
      return TestClock.prototype.sleep.call(clock, ms, signal);
    slept.push(ms);
    return Promise.resolve();
  };
  return Object.assign(clock, { slept, sleep });
}

/** A client whose waits take no time, and what a test needs to stop it. */
export function clientOn(dispatcher: Dispatcher, apiUrl?: string) {
  const cancel = new AbortController();
  const { signal } = cancel;
  const clock = quickClock(signal);
  return { github: clientOf({ apiUrl, dispatcher, clock, signal }), clock, cancel };
}

const GITHUB = 'https://api.github.com';
const REPOSITORY = { owner: 'octocat', repo: 'media' };

export const createBlob: GitHubCall<{ data: { sha: string } }> = ({ rest }, target) =>
  rest.git.createBlob({ ...target, content: 'x' });

export const listCommits: GitHubCall<unknown[]> = ({ paginate, rest }) =>
  paginate(rest.repos.listCommits, REPOSITORY);

export function clientOf({
  apiUrl = GITHUB,
  dispatcher,
  ...run
}: Pick<ClientOptions, 'clock' | 'signal' | 'dispatcher'> & {
  apiUrl?: string | undefined;
}): GitHubClient {
  const token = new Secret(FAKE_GITHUB_TOKEN);
  const access = {
    repository: REPOSITORY,
    apiUrl: new URL(apiUrl),
    proxy: 'direct',
    token,
  } as const;
  return new GitHubClient(access, testRun({ ...run, openDispatcher: () => dispatcher }));
}

/** A client of `fake`, which fails the test at its end if a request was wrong. */
export function connect(fake: GitHubApi) {
  onTestFinished(() => expect(fake.breaches).toEqual([]));
  const origins: string[] = [];
  const dispatcher = new SandboxDispatcher((request) => {
    origins.push(request.origin);
    return fake.handle(request);
  });
  const apiUrl = `${GITHUB}${fake.options.basePath ?? ''}`;
  return { ...clientOn(dispatcher, apiUrl), origins };
}
