// A client of the repository octocat/media, over a dispatcher that leads to the fake GitHub.

import type { Dispatcher } from 'undici';
import { expect, onTestFinished } from 'vitest';
import type { Clock } from '../../src/deps.ts';
import { GitHubClient } from '../../src/github/github-client.ts';
import { STALL_MS } from '../../src/http/idle-timeout.ts';
import { Secret } from '../../src/secret.ts';
import { FAKE_GITHUB_TOKEN } from '../support/action-file.ts';
import { TestClock } from '../support/clock.ts';
import { SandboxDispatcher } from '../support/sandbox-dispatcher.ts';
import type { GitHubApi } from '../world/github/api.ts';

/** The waits of retries take no time, and no request times out. */
export class QuickClock extends TestClock {
  readonly slept: number[] = [];
  readonly #runSignal: AbortSignal | undefined;

  constructor(runSignal?: AbortSignal) {
    super();
    this.#runSignal = runSignal;
  }

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    // The timer of idle requests has a signal of its own.
    if (ms >= STALL_MS && signal !== this.#runSignal) return super.sleep(ms, signal);
    this.slept.push(ms);
    return Promise.resolve();
  }
}

interface Connection {
  readonly apiUrl?: string;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

export function clientOf({
  apiUrl = 'https://api.github.com',
  signal = new AbortController().signal,
  ...connection
}: Connection): GitHubClient {
  const token = new Secret(FAKE_GITHUB_TOKEN);
  const repository = { owner: 'octocat', repo: 'media' };
  return new GitHubClient({ ...connection, repository, apiUrl: new URL(apiUrl), token, signal });
}

/** A client of `fake`, which fails the test at its end if a request was wrong. */
export function connect(fake: GitHubApi) {
  onTestFinished(() => expect(fake.breaches).toEqual([]));
  const cancel = new AbortController();
  const { signal } = cancel;
  const clock = new QuickClock(signal);
  const origins: string[] = [];
  const dispatcher = new SandboxDispatcher((request) => {
    origins.push(request.origin);
    return fake.handle(request);
  });
  const apiUrl = `https://api.github.com${fake.options.basePath ?? ''}`;
  return { github: clientOf({ apiUrl, dispatcher, clock, signal }), clock, cancel, origins };
}
