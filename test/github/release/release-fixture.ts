// A fake GitHub on loopback and a client for it, both closed at the end of each test. The clock of the client skips
// retry delays, and never reaches a deadline.

import { Agent } from 'undici';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../../src/deps.ts';
import { GitHubClient } from '../../../src/github/github-client.ts';
import type { ReleaseSettings } from '../../../src/github/release/release-assets.ts';
import { readNamePatterns } from '../../../src/media/find/name-patterns.ts';
import { Secret } from '../../../src/secret.ts';
import { FAKE_GITHUB_TOKEN } from '../../support/action-file.ts';
import { type ReleasingGitHub, startReleases } from '../../world/github/releases.ts';

export interface ReleaseFixture {
  readonly fake: ReleasingGitHub;
  readonly github: GitHubClient;
  readonly dispatcher: Agent;
  readonly settings: ReleaseSettings;
  /** The retry delays, in milliseconds. */
  readonly slept: readonly number[];
  readonly cancel: AbortController;
}

export const TODAY_MS = Date.UTC(2026, 10, 25);

export async function setUpRelease(
  options: Partial<Parameters<typeof startReleases>[0]> = {},
): Promise<ReleaseFixture> {
  const fake = await startReleases({ assets: [], ...options });
  const dispatcher = new Agent();
  onTestFinished(async () => void (await Promise.all([dispatcher.destroy(), fake.close()])));
  const slept: number[] = [];
  const cancel = new AbortController();
  const settings: ReleaseSettings = {
    patterns: readNamePatterns('*', 'release-assets'),
    tag: options.tag ?? 'v1.0',
    repository: { owner: 'octocat', repo: 'media' },
    apiUrl: new URL(fake.apiUrl),
    proxy: 'direct',
    token: new Secret(FAKE_GITHUB_TOKEN),
  };
  const github = new GitHubClient({
    ...settings,
    dispatcher,
    clock: recordingClock(slept, cancel.signal),
    signal: cancel.signal,
  });
  return { fake, github, dispatcher, settings, slept, cancel };
}

function recordingClock(slept: number[], runSignal: AbortSignal): Clock {
  const untilAborted = (signal: AbortSignal) =>
    new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  return {
    now: () => 0,
    epochMs: () => TODAY_MS,
    random: () => 0.5,
    sleep: async (ms, signal) => {
      // Deadlines sleep with a signal other than the run's.
      if (signal !== undefined && signal !== runSignal) return untilAborted(signal);
      slept.push(ms);
    },
  };
}
