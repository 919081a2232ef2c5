// The built action and its token: obtained by refresh, checked by introspection, reported before it expires, never shown.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type OAuthOptions, OTHER_CALLS } from '../../src/sandbox/options.ts';
import { png } from '../support/media.ts';
import { endsOf, type Publishing, publish, TOKEN } from '../support/publishing.ts';
import type { FaultRule, LinkedInOptions } from '../world/linkedin-faults.ts';

const APP: OAuthOptions = {
  clientId: '86canary-id123',
  clientSecret: 'WPL_AP1.canary-secret==',
  refreshToken: 'AQW-canary-refresh-5b1',
  accessToken: 'AQX-canary-fresh-9c2',
};
const CHECKED = { 'client-id': APP.clientId, 'client-secret': APP.clientSecret };
const RENEWED = { ...CHECKED, 'refresh-token': APP.refreshToken, 'access-token': '' };
const FILES = { 'media/a.png': png(), 'media/b.png': png() };
const NOTHING = Object.fromEntries(OTHER_CALLS.map((kind) => [kind, 0]));

interface Setting {
  readonly oauth?: Partial<OAuthOptions>;
  readonly faults?: readonly FaultRule[];
  readonly sandbox?: LinkedInOptions;
  readonly debug?: boolean;
}

function run(
  inputs: Readonly<Record<string, string>>,
  { oauth, faults = [], sandbox, debug = false }: Setting = {},
) {
  const sandboxOptions = { oauth: { ...APP, ...oauth }, faults, ...sandbox };
  return publish({ inputs, files: FILES, sandboxOptions, debug });
}

/** The log, files, outputs and summary of a run, without the mask commands. */
function sinksOf({ run: step, sandbox }: Publishing): string {
  const files = readdirSync(step.runnerTemp, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
  const log = step.rawLog.filter((line) => !line.startsWith('::add-mask::'));
  return [
    ...log,
    ...files,
    JSON.stringify(step.outputs),
    step.summary,
    JSON.stringify(sandbox.model.log),
  ].join('\n');
}

function expectNoSecret(publishing: Publishing): void {
  const sinks = sinksOf(publishing);
  for (const secret of [APP.clientSecret, APP.refreshToken, APP.accessToken, TOKEN]) {
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')])
      expect(sinks).not.toContain(form);
  }
}

const good = { 'media/a.png': 'available', 'media/b.png': 'available' };

it('a refresh obtains the token for the uploads, which is masked and not stored', async () => {
  const done = await run(RENEWED, { debug: true });
  expect(endsOf(done.run)).toEqual(good);
  expect(done.run.exitCode).toBe(0);
  expect(done.sandbox.model.otherCalls()).toEqual({ ...NOTHING, refresh: 1 });
  expect(done.run.masks).toEqual(
    expect.arrayContaining([APP.clientSecret, APP.refreshToken, APP.accessToken]),
  );
  // A second may pass.
  expect(done.run.outputs['token-days-left']).toMatch(/^(?:59|60)$/);
  expect(done.run.messages('warning')).toEqual([]);
  // Token calls do not count as API calls.
  const { register, status } = done.sandbox.model.calls();
  expect(done.run.summary).toContain(`with ${register + status} API calls`);
  expectNoSecret(done);
});

it('a token check sets token-days-left, without a warning', async () => {
  const done = await run(CHECKED);
  expect(endsOf(done.run)).toEqual(good);
  expect(done.sandbox.model.otherCalls()).toEqual({ ...NOTHING, introspect: 1 });
  // The clock may move on a second between the check and the answer.
  expect(['59', '60']).toContain(done.run.outputs['token-days-left']);
  expect(done.run.messages('warning')).toEqual([]);
  expectNoSecret(done);
});

it.each(['plan', 'simulate'])('token calls are not made with mode: %s', async (mode) => {
  const done = await run({ ...RENEWED, mode });
  expect(done.run.exitCode).toBe(0);
  expect(done.sandbox.model.otherCalls()).toEqual(NOTHING);
  expect(done.run.masks).toEqual(expect.arrayContaining([APP.clientSecret, APP.refreshToken]));
  expect(done.run.outputs['token-days-left']).toBe('');
  expectNoSecret(done);
});

it('token calls are not made without the inputs of the app, with some of them, or without files', async () => {
  expect((await run({})).sandbox.model.otherCalls()).toEqual(NOTHING);
  const part = await run({ 'refresh-token': APP.refreshToken });
  expect(part.run.annotations.map(({ title }) => title)).toEqual([
    'input client-id',
    'input client-secret',
  ]);
  expect(part.sandbox.model.otherCalls()).toEqual(NOTHING);
  const none = await run({ ...RENEWED, files: 'none/**', 'if-no-files-found': 'ignore' });
  expect(none.run.exitCode).toBe(0);
  expect(none.sandbox.model.otherCalls()).toEqual(NOTHING);
});
