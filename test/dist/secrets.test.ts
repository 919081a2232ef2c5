// The built action with a proxy that knows its secrets, with step debugging and NODE_DEBUG: no secret is in the log or in any
// file, whatever the proxy answers.

import { expect, it } from 'vitest';
import { canary } from '../leaks/canaries.ts';
import { leaksOf } from '../leaks/step-leaks.ts';
import { png } from '../support/media.ts';
import { makeWorkspace } from '../support/publishing.ts';
import type { StepRun } from '../support/runner.ts';
import { preload } from '../support/scenes.ts';
import { publishSecurely } from '../support/secure-publishing.ts';

const TOKEN = canary('token');
const PASSWORD = canary('proxy password');
const LOUD = { NODE_DEBUG: 'undici,http,net,tls' };

/**
 * Makes waits of up to 40 s 200 times as fast, and moves the clock on by the rest of them. Time limits are longer and
 * keep their length.
 */
const IN_A_HURRY = preload(`
  import timers from 'node:timers/promises';
  import { syncBuiltinESMExports } from 'node:module';
  const { setTimeout } = timers;
  const now = performance.now.bind(performance);
  let skippedMs = 0;
  performance.now = () => now() + skippedMs;
  timers.setTimeout = async (ms, ...rest) => {
    const dueMs = performance.now() + ms;
    await setTimeout(ms > 40_000 ? ms : ms / 200, ...rest);
    skippedMs = Math.max(skippedMs, dueMs - now());
  };
  syncBuiltinESMExports();
`);

function expectNoLeak(run: StepRun, workspace: string): void {
  expect(run.rawLog.join('\n')).toMatch(/UNDICI \d+:/);
  expect(leaksOf(run, [workspace]).leaks).toEqual([]);
}

it.each<
  [name: string, password: string, options: { answer?: number }, hurry?: Record<string, string>]
>([
  ['that opens the tunnel', PASSWORD, {}],
  ['that expects another password', `${PASSWORD}-of-old`, {}],
  ['that answers with 502', PASSWORD, { answer: 502 }, IN_A_HURRY],
])('a proxy %s leaks no secret', async (_, password, options, hurry = {}) => {
  const workspace = await makeWorkspace({
    'media/a.png': png(),
    'media/b.mp4': { sample: 'launch.mp4' },
  });
  const { run, proxy } = await publishSecurely({
    workspace,
    debug: true,
    sandboxOptions: { token: TOKEN },
    inputs: { 'access-token': TOKEN, manifest: 'manifest.json', api: 'media' },
    proxyOptions: { credentials: `me:${PASSWORD}`, ...options },
    env: ({ proxyPort, caFile }) => ({
      ...LOUD,
      ...hurry,
      NODE_EXTRA_CA_CERTS: caFile,
      https_proxy: `http://me:${password}@127.0.0.1:${proxyPort}`,
    }),
  });
  expect(proxy.received()).toContain(btoa(`me:${password}`));
  expect(proxy.received()).not.toContain(TOKEN);
  expectNoLeak(run, workspace);
});

it('a proxy that cannot be reached leaks no secret', async () => {
  const workspace = await makeWorkspace({ 'media/a.png': png() });
  const env = { ...LOUD, ...IN_A_HURRY, https_proxy: `http://me:${PASSWORD}@127.0.0.1:9` };
  const { run } = await publishSecurely({ workspace, debug: true, env: () => env });
  expectNoLeak(run, workspace);
});
