// A release of the fake GitHub, on loopback because of its storage, and a client for it.

import { Agent } from 'undici';
import { onTestFinished } from 'vitest';
import { startReleases } from '../world/github/releases.ts';
import { clientOn } from './github-fixture.ts';

export type ReleaseFixture = Awaited<ReturnType<typeof setUpRelease>>;

export async function setUpRelease(options: Partial<Parameters<typeof startReleases>[0]> = {}) {
  const fake = await startReleases({ assets: [], ...options });
  const dispatcher = new Agent();
  onTestFinished(async () => void (await Promise.all([dispatcher.destroy(), fake.close()])));
  const client = clientOn(dispatcher, fake.apiUrl);
  return { ...client, fake, dispatcher, tag: options.tag ?? 'v1.0', slept: client.clock.slept };
}
