// The built actions with `mode: check`, as a user runs them: outputs, summary and exit code.

import { resolve } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.ts';
import { makeWorkspace, TOKEN } from '../support/publishing.ts';
import { runAction } from '../support/runner.ts';
import { GitHub } from '../world/github/github.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function check(action: string, inputs: Readonly<Record<string, string>> = {}) {
  const sandbox = await startSandbox({ token: TOKEN });
  const { apiUrl, close } = await new GitHub({ foreignSecrets: [TOKEN] }).listen();
  closers.push(() => sandbox.close(), close);
  const run = await runAction({
    action: resolve(import.meta.dirname, '../..', action),
    workspace: await makeWorkspace({}),
    inputs: { mode: 'check', 'access-token': TOKEN, 'api-url': sandbox.url, ...inputs },
    env: { GITHUB_API_URL: apiUrl },
  });
  expect(run.printed).not.toContain(TOKEN);
  return run;
}

it('the upload action lists the owners of a token in log, summary and outputs', async () => {
  const run = await check('action.yml');
  expect([run.exitCode, run.outputs.results, run.outputs.urns]).toEqual([0, '[]', '{}']);
  const owners = run.json<{ urn: string }[]>('owners').map(({ urn }) => urn);
  expect(owners).toEqual([
    'urn:li:person:SIMULATED-member',
    ...[24141830, 24141831, 24141832].map((page) => `urn:li:organization:${page}`),
  ]);
  for (const urn of owners)
    for (const place of [run.summary, run.log.join('\n')]) expect(place).toContain(urn);
  expect(run.annotations).toEqual([]);
});

it('the post action fails for a page whose role the member lost', async () => {
  const run = await check('post/action.yml', { owner: 'urn:li:organization:24141833' });
  expect([run.exitCode, run.outputs['token-days-left']]).toEqual([1, '60']);
  expect(run.messages('error')[0]).toMatch(/^urn:li:organization:24141833 cannot own media: .*forbidden/);
});
